using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>One thread that runs models: a piece at a time, blocking, on a pinned dispatcher. Belongs to no model.</summary>
internal sealed class LaneActor : ReceiveActor
{
    public LaneActor(int lane)
    {
        Receive<Run>(run => Context.Parent.Tell(new Ran(lane, run.Id, run.Work.Run(run.Session, lane))));
        Lane = lane;
    }

    private int Lane { get; }

    protected override void PreStart() => Context.Parent.Tell(new Idle(Lane));
}
