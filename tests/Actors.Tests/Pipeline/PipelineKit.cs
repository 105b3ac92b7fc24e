using System.Collections.Concurrent;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Sources;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using ActorPipeline.Catalog;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A real pipeline with real stages, sinks and reader; the board is played, and so is the pipeline's parent.</summary>
public abstract class PipelineKit : VirtualTimeKit
{
    protected static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<string, RecordingSink> _sinks = new();

    protected PipelineKit()
    {
        Root = CreateTestProbe();
        Board = CreateTestProbe();
    }

    /// <summary>The pipeline's parent.</summary>
    protected TestProbe Root { get; }

    protected TestProbe Board { get; }

    protected IActorRef Pipeline { get; private set; } = ActorRefs.Nobody;

    /// <summary>One object in each frame.</summary>
    protected static Detection[] One { get; } = [new(new BoundingBox(0, 0, 4, 4), 1, 0.9f)];

    protected static Detection[] Nothing { get; } = [];

    protected static PipelineSettings Settings(int window = 4, params SinkSettings[] sinks) => new()
    {
        Id = new PipelineId("street"), Source = "numbers", Detect = Cards.Detector, Classify = [Cards.Classifier], MaxCrops = 2,
        Window = new WindowSettings { Min = 1, Max = window }, Sinks = sinks,
    };

    protected static SinkSettings Sink(string path, SinkOverflow overflow = SinkOverflow.Wait, int slots = 2) =>
        new() { Type = "json-lines", Path = path, Overflow = overflow, Slots = slots };

    /// <summary>Declares the sink of a path; undeclared ones only record.</summary>
    protected RecordingSink Declare(string path, RecordingSink sink) => _sinks[path] = sink;

    protected RecordingSink SinkAt(string path) => _sinks.GetOrAdd(path, _ => new RecordingSink());

    /// <summary>The models that look at crops; by default those of the settings, each on crops of 4 x 4.</summary>
    protected virtual IReadOnlyList<PipelineClassifier> Classifiers(PipelineSettings settings) =>
        [.. settings.Classify.Select((model, place) => new PipelineClassifier(model, 4, 4, [place]))];

    /// <summary>Names of the detector's classes.</summary>
    protected virtual LabelList Classes => LabelList.None;

    /// <summary>Names of the classes of the models that look at crops.</summary>
    protected virtual IReadOnlyList<LabelList> Labels(PipelineSettings settings) => [.. settings.Classify.Select(_ => LabelList.None)];

    protected void Create(PipelineSettings settings, Func<IActorRefFactory, IActorRef> reader, int lanes = 2, bool classifies = true)
    {
        IReadOnlyList<PipelineClassifier> classifiers = classifies ? Classifiers(settings) : [];
        var parts = new PipelineParts(Board, lanes, classifiers, reader, s => SinkAt(s.Path), Time, DrainTimeout);
        Pipeline = Root.ChildActorOf(Props.Create(() => new PipelineActor(settings, parts)), "street");
    }

    protected void Create(PipelineSettings settings, IFrameSource source, int lanes = 2, bool classifies = true) => Create(settings, () => source, lanes, classifies);

    /// <summary>With a source that is made anew when it broke off.</summary>
    protected void Create(PipelineSettings settings, Func<IFrameSource> source, int lanes = 2, bool classifies = true)
    {
        var time = (TimeProvider)Time;
        Create(
            settings,
            f => f.ActorOf(Props.Create(() => new SourceReader(source, settings.Reconnect, time)).WithDispatcher(ServingHosting.BlockingDispatcher), "source-reader"),
            lanes, classifies);
    }

    /// <summary>Creates it and lets frames flow.</summary>
    protected void Start(PipelineSettings settings, IFrameSource source, int lanes = 2, bool classifies = true) => Start(settings, () => source, lanes, classifies);

    /// <summary>Creates it, with a source that is made anew when it broke off, and lets frames flow.</summary>
    protected void Start(PipelineSettings settings, Func<IFrameSource> source, int lanes = 2, bool classifies = true)
    {
        Create(settings, source, lanes, classifies);
        Root.ExpectMsg<PipelinePrepared>();
        Pipeline.Tell(new StartPipeline(Classes, Labels(settings)), Root);
    }

    /// <summary>Has the board answer everything at once.</summary>
    protected void BoardAnswers(Func<Submit, Detection[]?>? detects = null) => Board.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
    {
        if (message is Submit submit) Answer(submit, sender, detects);
        return AutoPilot.KeepRunning;
    }));

    /// <summary>The next piece of work that reaches the board, and who posted it.</summary>
    protected (Submit Work, IActorRef From) Posted()
    {
        var work = Board.FishForMessage<Submit>(_ => true);
        return (work, Board.LastSender);
    }

    protected static void Answer(Submit submit, IActorRef to, Func<Submit, Detection[]?>? detects = null)
    {
        if (submit.Work is DetectWork detect)
        {
            if ((detects is null ? One : detects(submit)) is not { } found) return;
            detect.Answer(found);
        }
        else
        {
            ((ClassifyWork)submit.Work).Answer(0, [new Classification(3, 0.8f)]);
        }
        submit.Work.Release();
        to.Tell(new Completed(submit.Id));
    }

    protected PipelineEnded Ended() => Root.ExpectMsg<PipelineEnded>();

    protected static NumberedFrameSource Numbers(int count) => new(count, 8, 8);

    protected override void AfterAll()
    {
        foreach (var sink in _sinks.Values) sink.Release();
        base.AfterAll();
    }
}
