using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace ActorPipeline.Hosting.Web;

/// <summary>A status for people.</summary>
internal static class StatusTable
{
    /// <summary>Writes it.</summary>
    public static void Write(JsonObject status, IAnsiConsole console)
    {
        var (ready, live) = ((bool)status["ready"]!, (bool)status["live"]!);
        var colour = ready ? "green" : live ? "yellow" : "red";
        console.MarkupLineInterpolated($"[bold]{Text(status["name"])}[/] is [{colour}]{(ready ? "ready" : live ? "not ready" : "to be restarted")}[/], running for {TimeSpan.FromSeconds((long)(double)status["runningSeconds"]!)}");
        foreach (var reason in status["reasons"]!.AsArray()) console.MarkupLineInterpolated($"  {Text(reason)}");

        var pipelines = new Table { Border = TableBorder.Rounded };
        pipelines.AddColumns("pipeline", "state", "frames/s", "crops/s", "latency ms", "p99 ms", "in flight", "captured");
        foreach (var pipeline in Objects(status["pipelines"]))
        {
            pipelines.AddRow(
            [
                .. Cells(Text(pipeline["id"]), Text(pipeline["state"]), Number(pipeline["fps"], "0.0"), Number(pipeline["cropsPerSecond"], "0.0"), Number(pipeline["latencyMs"]!["latest"], "0"),
                    Number(pipeline["latencyMs"]!["p99"], "0"), $"{Text(pipeline["inFlight"])} / {Text(pipeline["window"])}", Text(pipeline["captured"])),
            ]);
        }
        console.Write(pipelines);

        var models = new Table { Border = TableBorder.Rounded };
        models.AddColumns("model", "state", "form", "loads", "last load ms", "pinned");
        foreach (var model in Objects(status["models"]))
        {
            models.AddRow(
            [
                .. Cells(Text(model["id"]), Text(model["state"]), $"{Text(model["variant"])} {Text(model["provider"])}".Trim(), Text(model["loads"]), Number(model["lastLoadMs"], "0.0"),
                    (bool)model["pinned"]! ? "yes" : ""),
            ]);
        }
        console.Write(models);

        var memory = status["memory"]!;
        console.WriteLine($"memory: {MiB(memory["chargedBytes"])} of {MiB(memory["budgetBytes"])} charged, {MiB(memory["measuredBytes"])} measured; {Text(memory["yielded"])} yields, {Text(memory["denied"])} refusals");
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? array) => array!.AsArray().Select(node => node!.AsObject());

    private static IEnumerable<Markup> Cells(params string[] texts) => texts.Select(text => new Markup(Markup.Escape(text)));

    private static string Text(JsonNode? node) => node is null ? "" : node.ToString();

    private static string Number(JsonNode? node, string format) => node is null ? "-" : ((double)node).ToString(format, CultureInfo.InvariantCulture);

    private static string MiB(JsonNode? node) => string.Create(CultureInfo.InvariantCulture, $"{(long)node! / 1048576.0:0.0} MiB");
}
