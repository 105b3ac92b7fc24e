using System.Text.Json;
using System.Text.Json.Nodes;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Running;

public sealed class RunSummarySpecs
{
    // Scripts of others read these.
    private static readonly string[] Contract =
    [
        "frames.captured", "frames.classified", "frames.empty", "frames.dropped", "frames.failed", "crops.classified", "crops.reused",
        "seconds", "fps", "latencyMs.p50", "latencyMs.p99", "cpuMsPerFrame", "window",
        "memory.budgetBytes", "memory.ledgerPeakBytes", "memory.modelPeakBytes", "memory.modelPeakAnonymousBytes", "memory.poolBytes",
        "memory.processPeakBytes", "memory.overBudgetSamples", "memory.graceSamples", "memory.leakDebtBytes",
        "models.detector.loads", "models.detector.unloads", "models.detector.loadMsP50", "models.detector.residentBytes", "models.detector.provider", "models.detector.precision",
        "models.detector.engine", "engines.hits", "engines.built", "engines.none",
        "leases.granted", "leases.denied", "leases.yielded", "probes", "buffers.outstanding", "interruptions",
    ];

    private readonly JsonObject _summary = JsonNode.Parse(RunSummary.OneLine(RunSummary.Of(TestRecord.Of(40, 10), 16, TimeSpan.FromSeconds(2), Bytes.MiB(64))))!.AsObject();

    [Fact]
    public void Every_key_of_the_contract_is_there()
    {
        Assert.Equal([], Contract.Where(key => Find(key) is null));
        foreach (var key in Contract.Except(["frames.dropped", "frames.failed", "models.detector.provider", "models.detector.precision", "models.detector.engine"]))
            Assert.Equal(JsonValueKind.Number, Find(key)!.GetValueKind());
    }

    [Fact]
    public void Samples_above_a_budget_that_was_just_lowered_are_counted_apart()
    {
        var record = TestRecord.Of(1, 1);
        record.Apply(new MemorySampled(TimeSpan.Zero, Bytes.MiB(9), Bytes.Zero, Bytes.MiB(9), Bytes.MiB(8), OverBudget: false, Bytes.MiB(99)) { GraceOver = true });
        record.Apply(new MemorySampled(TimeSpan.Zero, Bytes.MiB(9), Bytes.Zero, Bytes.MiB(9), Bytes.MiB(8), OverBudget: true, Bytes.MiB(99)));

        var memory = JsonNode.Parse(RunSummary.OneLine(RunSummary.Of(record, 16, TimeSpan.FromSeconds(2), Bytes.MiB(64))))!["memory"]!;

        Assert.Equal((1, 1), ((long)memory["graceSamples"]!, (long)memory["overBudgetSamples"]!));
    }

    [Fact]
    public void Should_say_how_far_the_budget_fell_and_who_yielded_for_it_when_it_changed()
    {
        var record = TestRecord.Of(1, 1);
        var (at, model) = (TimeSpan.Zero, new Catalog.ModelId("detector"));
        foreach (var budget in (double[])[40, 30, 60]) record.Apply(new BudgetChanged(at, Bytes.MiB(budget), false, "another program"));
        foreach (var waiting in (Catalog.ModelId?[])[null, model])
            record.Apply(new LeaseChanged(at, LeaseChange.Yielded, model, Bytes.MiB(9), "") { Decision = new LeaseDecision(waiting, PoolVector.Zero, PoolVector.Zero, []) });
        record.Apply(new MemorySampled(at, Bytes.MiB(9), Bytes.MiB(5), Bytes.MiB(9), Bytes.MiB(60), false, Bytes.MiB(99)) { Resident = Bytes.MiB(50) });

        var summary = JsonNode.Parse(RunSummary.OneLine(RunSummary.Of(record, 16, TimeSpan.FromSeconds(2), Bytes.MiB(64))))!;

        Assert.Equal((Bytes.MiB(30).Count, 3, Bytes.MiB(36).Count), ((long)summary["memory"]!["budgetLowestBytes"]!, (long)summary["memory"]!["budgetChanges"]!, (long)summary["memory"]!["basePeakBytes"]!));
        Assert.Equal((2, 1), ((long)summary["leases"]!["yielded"]!, (long)summary["leases"]!["yieldedForBudget"]!));
    }

    [Fact]
    public void Should_count_loads_by_where_their_engine_came_from_and_what_was_built_before_them()
    {
        var record = TestRecord.Of(1, 1);
        var (at, model) = (TimeSpan.Zero, new Catalog.ModelId("detector"));
        record.Engines.Apply(new EngineBuilding(at, model));
        Assert.Equal(model, record.Engines.Building);
        foreach (var use in (EngineUse[])[EngineUse.Built, EngineUse.Hit, EngineUse.None])
            record.Engines.Apply(new EngineBuilt(at, model, new EngineReport(Catalog.ExecutionProvider.Cpu, use, TimeSpan.Zero, Bytes.Zero)));
        Assert.Null(record.Engines.Building);
        foreach (var use in (EngineUse[])[EngineUse.Built, EngineUse.Hit, EngineUse.Hit])
            record.Apply(new ModelStateChanged(at, model, ModelState.Ready, "", Probe: use == EngineUse.Built, TestRecord.Report with { Engine = use }));

        var summary = JsonNode.Parse(RunSummary.OneLine(RunSummary.Of(record, 16, TimeSpan.FromSeconds(2), Bytes.MiB(64))))!;

        // One load without came with the record.
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"hits":2,"built":2,"none":1}"""), summary["engines"]), $"{summary["engines"]}");
        Assert.Equal("hit", (string?)summary["models"]!["detector"]!["engine"]);
    }

    [Fact]
    public void Should_count_loads_by_variant_when_a_model_was_loaded_in_several()
    {
        var record = TestRecord.Of(1, 1);
        foreach (var variant in (string[])["fp32", "int8", "int8"])
            record.Apply(new Serving.ModelStateChanged(TimeSpan.Zero, new Catalog.ModelId("detector"), Serving.ModelState.Ready, "", false, TestRecord.Report with { Variant = variant }));

        var detector = JsonNode.Parse(RunSummary.OneLine(RunSummary.Of(record, 16, TimeSpan.FromSeconds(2), Bytes.MiB(64))))!["models"]!["detector"]!;

        Assert.Equal(("int8", 1, 2), ((string)detector["variant"]!, (int)detector["loadsByVariant"]!["fp32"]!, (int)detector["loadsByVariant"]!["int8"]!));
    }

    [Fact]
    public void Should_count_the_outages_of_all_pipelines_when_live_sources_broke_off()
    {
        var record = TestRecord.Of(1, 1, ended: false);
        var totals = new Pipeline.FrameTotals(0, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>());
        Pipeline.PipelineProtocol.PipelineEnded Ended(string name, long interruptions) =>
            new(new PipelineId(name), totals, null, 0, 0, false) { Interruptions = interruptions };
        record.Apply(new RunEnded(TimeSpan.FromSeconds(2000), [Ended("door", 2), Ended("yard", 0), Ended("gate", 5)], [], false));

        var summary = RunSummary.Of(record, 16, TimeSpan.FromSeconds(2), Bytes.MiB(64));

        Assert.Equal(7, (long)JsonNode.Parse(RunSummary.OneLine(summary))!["interruptions"]!);
        Assert.Contains(Display.FinalReport.Lines(summary, "out", []), line => line.StartsWith("sources  7 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_are_those_of_the_record()
    {
        Assert.Equal(40, (long)Find("frames.captured")!);
        Assert.Equal(4, (double)Find("fps")!);
        Assert.Equal(50, (double)Find("cpuMsPerFrame")!);
        Assert.Equal(120, (long)Find("crops.classified")!);
        Assert.Equal(Bytes.MiB(48).Count, (long)Find("memory.ledgerPeakBytes")!);
        Assert.Equal(Bytes.MiB(18).Count, (long)Find("memory.poolBytes")!);
        Assert.Equal(5, (long)Find("models.detector.loads")!);
        Assert.Equal(10, (long)Find("leases.granted")!);
        Assert.Equal(16, (long)Find("window")!);
    }

    [Fact]
    public void A_run_without_a_frame_has_a_summary_too()
    {
        var summary = JsonNode.Parse(RunSummary.OneLine(RunSummary.Of(new RunRecord(), 0, TimeSpan.Zero, Bytes.Zero)))!;
        Assert.Equal(0, (double)summary["fps"]!);
        Assert.Equal(0, (double)summary["latencyMs"]!["p99"]!);
    }

    private JsonNode? Find(string key) => key.Split('.').Aggregate((JsonNode?)_summary, (node, part) => node?[part]);
}
