namespace ActorPipeline.Cluster.Wire;

/// <summary>What a node says of itself, to the wire and back.</summary>
internal static class SummaryWire
{
    /// <summary>To the wire.</summary>
    /// <exception cref="ArgumentException">It is no summary that can be told.</exception>
    public static SummaryForm Form(NodeSummary summary)
    {
        if (summary.Models.Count > NodeSummary.MostModels) throw new ArgumentException($"{summary.Models.Count} models are too many to tell.", nameof(summary));
        var form = new SummaryForm
        {
            Node = WireChecks.Form(summary.Node), Counter = WireChecks.Count(summary.Counter), Address = summary.Address,
            Free = WireChecks.Count(Math.Max(0, summary.Free.Count)), Load = double.IsFinite(summary.Load) ? Math.Clamp(summary.Load, 0, 1) : 1,
            Leaving = summary.Leaving, Minor = WireChecks.Small(summary.Minor),
        };
        foreach (var held in summary.Models)
        {
            form.Models.Add(new HeldForm
            {
                Model = WireChecks.Form(held.Model), Ready = held.Ready, QueueTicks = WireChecks.Ticks(held.Queue),
                RunPerCropTicks = WireChecks.Ticks(held.RunPerCrop), LoadTicks = WireChecks.Ticks(held.Load),
            });
        }
        return form;
    }

    /// <summary>What came.</summary>
    public static NodeSummary Summary(SummaryForm form)
    {
        if (form.Models.Count > NodeSummary.MostModels) throw new WireFault($"a node tells of {form.Models.Count} models");
        if (form.Load is not (>= 0 and <= 1)) throw new WireFault("a node's load is not 0 to 1");
        return new NodeSummary(
            WireChecks.Node(form.Node), WireChecks.Count(form.Counter, "counter"), WireChecks.Address(form.Address),
            new Bytes(WireChecks.Count(form.Free, "free")), form.Load, form.Leaving, WireChecks.Small(form.Minor, 0, int.MaxValue, "minor"),
            [.. form.Models.Select(held => new HeldModel(
                WireChecks.Model(held.Model), held.Ready, WireChecks.Time(held.QueueTicks, "queue"),
                WireChecks.Time(held.RunPerCropTicks, "run per crop"), WireChecks.Time(held.LoadTicks, "load")))]);
    }
}
