using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>One thread that runs models: a slice at a time, blocking, on a pinned dispatcher. Belongs to no model.</summary>
internal sealed class LaneActor : ReceiveActor
{
    private readonly int _lane;

    public LaneActor(int lane, LaneSlice slice)
    {
        _lane = lane;
        var ran = new Ran(slice);
        var board = Context.Parent;
        Receive<Run>(run =>
        {
            run.Slice.Failure = run.Slice.Work.Execute(run.Slice.Session!, lane);
            board.Tell(ran);
        });
    }

    protected override void PreStart() => Context.Parent.Tell(new Idle(_lane));
}
