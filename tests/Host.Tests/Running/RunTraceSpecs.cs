using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Simulation;

namespace ActorPipeline.Hosting.Running;

public sealed class RunTraceSpecs
{
    private static readonly ActorPipelineSettings Settings = new()
    {
        Models = new[] { "detector", "classifier" }.ToDictionary(n => new ModelId(n), n => new ModelCard
        {
            Id = new ModelId(n), Path = n, Kind = n == "detector" ? ModelKind.PicoDet : ModelKind.Classification,
        }),
        Pipelines = [new PipelineSettings { Id = new PipelineId("belt"), Source = "film", Detect = new ModelId("detector"), Classify = [new ModelId("classifier")] }],
    };

    [Fact]
    public void Should_tell_every_frame_and_what_it_went_through_when_it_is_read_back()
    {
        var trace = Written(TestRecord.Of(frames: 40, swaps: 6));

        Assert.Equal(["detector", "classifier"], trace.Models.Select(m => m.Id.Value));
        // A run of the detector and one of the classifier, which follows it, for each frame.
        Assert.Equal(80, trace.Requests.Count);
        Assert.All(trace.Requests.Where(r => r.Model == 1), r => Assert.Equal(0, trace.Requests[r.After].Model));
        Assert.Equal(trace.Requests.Select(r => r.At).Order(), trace.Requests.Select(r => r.At));
    }

    [Fact]
    public void Should_tell_merged_classifiers_as_one_when_they_ran_so()
    {
        var record = TestRecord.Of(frames: 10, swaps: 1);
        var merged = TestRecord.Report with { Heads = [new(new ModelId("a"), 1, LabelList.None), new(new ModelId("b"), 1, LabelList.None)] };
        record.Apply(new ModelStateChanged(TimeSpan.Zero, new ModelId("a+b"), ModelState.Ready, "", false, merged));
        var settings = Settings with { Pipelines = [Settings.Pipelines[0] with { Classify = [new ModelId("a"), new ModelId("b")] }] };

        var trace = Written(record, settings);

        Assert.Equal(["detector", "a+b"], trace.Models.Select(m => m.Id.Value));
        Assert.Equal(20, trace.Requests.Count);
    }

    [Fact]
    public void Should_be_played_within_the_budget_when_it_is_simulated()
    {
        var trace = Written(TestRecord.Of(frames: 40, swaps: 6));

        var result = Simulator.Run(trace, new MemorySettings(), new CostAware());

        Assert.True(result.Loads >= 2);
        Assert.Equal(Bytes.Zero, result.OverBudget);
    }

    [Fact]
    public void Should_be_empty_and_readable_when_no_frame_came() => Assert.Empty(Written(new RunRecord()).Requests);

    private static WorkloadTrace Written(RunRecord record, ActorPipelineSettings? settings = null)
    {
        var text = new StringWriter();
        RunTrace.Write(text, record, settings ?? Settings, lanes: 2);
        return TraceReader.Read(new StringReader(text.ToString()));
    }
}
