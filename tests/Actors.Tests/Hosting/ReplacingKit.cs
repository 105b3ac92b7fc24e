using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Replacing;
using ActorPipeline.Scenarios;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>A run in which a model gets another file: detector, classifier and candidate take 40 MiB each.</summary>
public abstract class ReplacingKit : ScenarioKit
{
    protected static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    protected static readonly ModelId Candidate = new("classifier~1");

    private readonly ManualResetEventSlim _over = new();

    /// <summary>Lets the frames come that are held back.</summary>
    protected ManualResetEventSlim Held { get; } = new();

    // Time moves in leaps here, and leaps are no measure of how long a run takes.
    protected ReplacingKit() => Replacing = new ReplacementSettings { Slowdown = 100 };

    protected override void AfterAll()
    {
        _over.Set();
        Held.Set();
        base.AfterAll();
        _over.Dispose();
        Held.Dispose();
    }

    /// <summary>A street that stands at its tenth frame; from there on frames come slowly until it is decided.</summary>
    protected NumberedFrameSource Running(double budget, long holdAt = long.MaxValue, TimeSpan runTime = default)
    {
        Declare(Cards.Detector);
        Runtime.Add(Declare(Cards.Classifier) with { RunTime = runTime });
        Declare(Second);
        var source = new NumberedFrameSource(400, 16, 16)
        {
            BlockAt = 10,
            OnRead = number =>
            {
                if (number > 10) _over.Wait(TimeSpan.FromMilliseconds(10));
                if (number >= holdAt) Held.Wait();
            },
        };
        Add("street", source);
        Start(budget, new ServingSettings { RunTimeout = TimeSpan.FromMilliseconds(400) }, Cards.Detector, Cards.Classifier, Second);
        AdvanceUntil(() => Assert.Equal((true, 10), (source.IsBlocked, Seen<FrameConcluded>().Count)), Step);
        return source;
    }

    /// <summary>What is in the new file: it is loaded under the candidate's name first, and then under the model's.</summary>
    protected void New(Func<SyntheticModel, SyntheticModel> change, ModelId? of = null, int number = 1)
    {
        var (model, size) = (of ?? Cards.Classifier, Bytes.MiB(40));
        var declared = change(new SyntheticModel(model) { Footprint = Footprint.Declared(size, size, Bytes.Zero) });
        Runtime.Add(declared with { Variant = $"new~{number}" });
        Runtime.Add(declared with { Id = new ModelId($"{model}~{number}") });
    }

    protected ModelCard Card(ModelId? of = null) => CardOf(of ?? Cards.Classifier) with { Path = "new.onnx", Variant = "new" };

    protected ReplacementEnded Ended()
    {
        AdvanceUntil(() => Assert.NotEmpty(Seen<ReplacementEnded>()), Step);
        _over.Set();
        return Seen<ReplacementEnded>()[0];
    }

    protected void AssertReplaced()
    {
        var ended = Ended();
        Assert.True(ended.Replaced, ended.Text);
    }

    protected void AssertGone(RunEnded run)
    {
        Assert.Empty(run.Failures);
        Eventually(() => Assert.DoesNotContain(Charges(), c => c.Account.Contains('~')));
        Eventually(() => Assert.Null(Find($"models/{Candidate}")));
        Assert.Equal(0, Runtime[Candidate].Resident);
        Assert.Equal((0, 0), (Runtime[Candidate].RunsAfterDispose, Runtime[Candidate].DisposedWhileRunning));
    }
}
