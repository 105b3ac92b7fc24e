using System.Globalization;
using System.Text.Json.Nodes;

namespace ActorPipeline.Hosting.Display;

/// <summary>A run's summary for people: a few lines at the end.</summary>
internal static class FinalReport
{
    /// <summary>The lines.</summary>
    /// <param name="summary">The summary, as it is written to its file.</param>
    /// <param name="output">The folder with what the run left.</param>
    /// <param name="files">What lies in it.</param>
    public static IEnumerable<string> Lines(JsonObject summary, string output, IEnumerable<string> files) =>
        // Read back from its text, a number is a number, whatever type it was made from.
        Lines(JsonNode.Parse(summary.ToJsonString())!, output, files);

    private static IEnumerable<string> Lines(JsonNode summary, string output, IEnumerable<string> files)
    {
        yield return $"frames   {Frames(summary["frames"]!.AsObject())}; {Long(summary["crops"]!, "classified")} crops classified";
        yield return Invariant($"speed    {Double(summary, "fps"):0.0} frames/s over {Double(summary, "seconds"):0.0} s; latency p50 {Double(summary["latencyMs"]!, "p50"):0} ms, p99 {Double(summary["latencyMs"]!, "p99"):0} ms; {Double(summary, "cpuMsPerFrame"):0.0} ms of processor a frame");
        if (Long(summary, "interruptions") is > 0 and var interruptions) yield return $"sources  {interruptions} interruptions of live sources";
        var memory = summary["memory"]!;
        yield return $"memory   ledger peak {Size(memory, "ledgerPeakBytes")} of a budget of {Size(memory, "budgetBytes")}, buffers {Size(memory, "poolBytes")} of it; models measured at {Size(memory, "modelPeakBytes")}";
        var over = Long(memory, "overBudgetSamples");
        if (over > 0) yield return $"         over the budget in {over} of {Long(memory, "samples")} samples";
        if (Long(memory, "leakDebtBytes") > 0) yield return $"         did not come back: {Size(memory, "leakDebtBytes")}";
        var models = summary["models"]!.AsObject();
        var width = models.Select(m => m.Key.Length).DefaultIfEmpty().Max();
        var word = "models";
        foreach (var (name, model) in models)
        {
            yield return $"{word,-8} {name.PadRight(width)}  {Invariant($"{Long(model!, "loads")} loads, {Long(model!, "unloads")} unloads, load p50 {Double(model!, "loadMsP50"):0} ms")}; {Size(model!, "residentBytes")} resident, {Text(model!, "provider")} {Text(model!, "precision")}";
            word = "";
        }
        var engines = summary["engines"]!;
        yield return $"engines  {Long(engines, "built")} built; {Long(engines, "hits")} loads found theirs, {Long(engines, "none")} had none";
        if (summary["cluster"] is { } cluster) yield return $"cluster  {Cluster(cluster)}";
        if (summary["truth"] is { } truth) yield return $"truth    {Truth(truth)}";
        yield return $"files    {output}: {string.Join(", ", files)}";
    }

    private static string Frames(JsonObject frames)
    {
        var parts = new List<string> { $"{Long(frames, "classified")} classified", $"{Long(frames, "empty")} empty" };
        parts.AddRange(frames["dropped"]!.AsObject().Select(r => $"{r.Value} dropped ({r.Key})"));
        parts.AddRange(frames["failed"]!.AsObject().Select(r => $"{r.Value} failed ({r.Key})"));
        return $"{Long(frames, "captured")} captured: {string.Join(", ", parts)}";
    }

    private static string Cluster(JsonNode cluster)
    {
        var (handed, served) = (cluster["handedOff"]!, cluster["served"]!);
        var by = handed["by"]!.AsObject();
        var to = by.Count == 0 ? "" : $" ({string.Join(", ", by.Select(n => $"{n.Key} {n.Value}"))}; p50 {Invariant($"{Double(handed, "msP50"):0.0}")} ms)";
        return $"{Long(cluster, "nodesHeard")} other nodes heard; neighbours classified {Long(handed, "crops")} crops for this node{to}, and this node {Long(served, "crops")} for them";
    }

    private static string Truth(JsonNode truth) => Invariant(
        $"{Long(truth, "found")} of {Long(truth, "items")} items found ({Double(truth, "foundShare"):0.0 %}), {Long(truth, "labelledRight")} of those labelled rightly ({Double(truth, "labelledRightShare"):0.0 %}), {Long(truth, "falseFinds")} false finds");

    private static long Long(JsonNode node, string key) => node[key]!.GetValue<long>();

    private static double Double(JsonNode node, string key) => node[key]!.GetValue<double>();

    private static string Text(JsonNode node, string key) => node[key]!.GetValue<string>();

    private static string Size(JsonNode node, string key) => new Bytes(Long(node, key)).ToString();

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
