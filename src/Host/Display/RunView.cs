using ActorPipeline.Hosting.Running;
using ActorPipeline.Memory;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Display;

/// <summary>A run at one moment, copied out of its record so that a display can take its time with it.</summary>
/// <param name="Elapsed">Since the start; null before it.</param>
/// <param name="Done">Frames with an outcome.</param>
/// <param name="Expected">Frames there will be; null where nobody knows.</param>
/// <param name="InFlight">Frames in flight.</param>
/// <param name="LatencyMs">Median latency of the last frames.</param>
/// <param name="Budget">What may be charged.</param>
/// <param name="Charged">What is charged.</param>
/// <param name="Measured">Models and buffers as measured.</param>
/// <param name="Holders">Who holds how much, buffers first.</param>
/// <param name="Models">What each model does.</param>
/// <param name="Building">The model whose engine is being built; null for none.</param>
internal sealed record RunView(
    TimeSpan? Elapsed,
    long Done,
    long? Expected,
    int InFlight,
    double LatencyMs,
    Bytes Budget,
    Bytes Charged,
    Bytes Measured,
    IReadOnlyList<RunView.Holder> Holders,
    IReadOnlyList<RunView.Model> Models,
    string? Building)
{

    /// <summary>Somebody who holds memory.</summary>
    internal readonly record struct Holder(string Name, bool Buffers, Bytes Bytes);

    /// <summary>A model.</summary>
    internal readonly record struct Model(string Name, ModelState State, int Loads);

    /// <summary>The run as it stands.</summary>
    /// <param name="record">The run.</param>
    /// <param name="now">On the actors' clock.</param>
    public static RunView Of(RunRecord record, TimeSpan now)
    {
        lock (record.Gate)
        {
            var holders = record.Charges.GroupBy(c => (c.Account, Buffers: c.Kind == ChargeKind.Pool))
                .Select(g => new Holder(g.Key.Account, g.Key.Buffers, new Bytes(g.Sum(c => c.Bytes.Total.Count))))
                .OrderBy(h => !h.Buffers).ThenBy(h => h.Name, StringComparer.Ordinal);
            return new RunView(
                (record.Ended ?? now) - record.Started,
                record.Concluded,
                record.Expected is > 0 ? record.Expected : null,
                record.InFlight,
                record.Latencies.LatestMedian,
                record.Budget,
                record.Charged,
                record.Measured,
                [.. holders],
                [.. record.Models.Select(m => new Model(m.Key, m.Value.State, m.Value.Loads))],
                record.Engines.Building?.Value);
        }
    }

    /// <summary>"Ready, 3 loads".</summary>
    public static string Describe(Model model) => $"{Word(model.State)}, {Count(model.Loads, "load")}";

    /// <summary>What goes on before the start.</summary>
    public string Preparing => Building is { } model ? $"preparing: building the engine of {model}" : "preparing: opening sources, trying each model once";

    /// <summary>"12 of 300 frames".</summary>
    public string Progress => Expected is { } expected ? $"{Done} of {expected} frames" : Count(Done, "frame");

    /// <summary>"1 load", "2 loads".</summary>
    public static string Count(long count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string Word(ModelState state) => state switch
    {
        ModelState.AwaitingLease => "awaits its lease",
        ModelState.Loading => "loading",
        ModelState.Ready => "resident",
        ModelState.Draining => "draining",
        ModelState.BackingOff => "backing off",
        ModelState.Failed => "failed",
        _ => "unloaded",
    };
}
