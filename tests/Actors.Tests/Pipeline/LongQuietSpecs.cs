using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>An hour at ten frames a second in which there is nothing to see.</summary>
public sealed class LongQuietSpecs : PipelineKit
{
    private const int Frames = 36_000;
    private const int Window = 8;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Fact]
    public void Should_account_for_every_frame_and_grow_in_nothing_when_an_hour_has_no_detections()
    {
        var watched = new Watched(
            Settings(Window, Sink("out")),
            new PipelineParts(
                Sys.ActorOf(Props.Create(() => new QuietBoard())), Lanes: 2, Classifiers(Settings()), Reader(new NumberedFrameSource(Frames, 8, 8)), s => SinkAt(s.Path), Time, DrainTimeout));
        var pipeline = Root.ChildActorOf(Props.CreateBy(watched), "street");
        Root.ExpectMsg<PipelinePrepared>();
        pipeline.Tell(new StartPipeline(Catalog.LabelList.None, [Catalog.LabelList.None]), Root);

        var ended = Root.ExpectMsg<PipelineEnded>(Bound);

        Assert.Equal((Frames, Frames, 0), (ended.Totals.Captured, ended.Totals.Empty, ended.BuffersOutstanding));
        Assert.Equal((0, 0), (ended.Totals.Failed.Count, ended.Totals.Dropped.Count));
        Assert.Null(ended.Failure);
        // Nothing was made for a frame but what is used again for the next: as many as were in flight at once.
        Assert.InRange(watched.Pipeline!.Tasks, 1, Window);
        Assert.InRange(watched.Pipeline.Entries, 1, Window);
        Assert.Equal(Frames, SinkAt("out").Reports.Count);
    }

    private Func<IActorRefFactory, IActorRef> Reader(NumberedFrameSource source)
    {
        var time = (TimeProvider)Time;
        return f => f.ActorOf(Props.Create(() => new SourceReader(() => source, ReconnectSettings.Never, time)).WithDispatcher(ServingHosting.BlockingDispatcher), "source-reader");
    }

    /// <summary>Finds nothing, at once; keeps nothing either, as a probe would.</summary>
    private sealed class QuietBoard : ReceiveActor
    {
        public QuietBoard()
        {
            Receive<Submit>(submit =>
            {
                ((DetectWork)submit.Work).Answer(Nothing);
                submit.Work.Release();
                Sender.Tell(new Completed(submit.Id));
            });
            ReceiveAny(_ => { });
        }
    }

    /// <summary>Makes the pipeline, and shows it once it has ended.</summary>
    private sealed class Watched(PipelineSettings settings, PipelineParts parts) : IIndirectActorProducer
    {
        public PipelineActor? Pipeline { get; private set; }

        public Type ActorType => typeof(PipelineActor);

        public ActorBase Produce() => Pipeline = new PipelineActor(settings, parts);

        public void Release(ActorBase actor)
        {
        }
    }
}
