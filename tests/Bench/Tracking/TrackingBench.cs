using System.Text.Json.Nodes;
using ActorPipeline.Hosting;

namespace ActorPipeline.Bench.Tracking;

/// <summary>
/// <c>tracking</c>: the demo, whose truth is known, with every crop classified and with objects followed, in turn. What is lost in
/// accuracy, and what is saved.
/// </summary>
internal static class TrackingBench
{
    /// <summary>Runs it.</summary>
    public static async Task<BenchReport> RunAsync(int rounds)
    {
        List<double> plainRight = [], trackedRight = [], loss = [], crops = [], speed = [], plainFound = [], trackedFound = [];
        for (var round = 0; round < rounds; round++)
        {
            var first = await DemoAsync(tracked: round % 2 == 1);
            var second = await DemoAsync(tracked: round % 2 == 0);
            var (plain, tracked) = round % 2 == 0 ? (first, second) : (second, first);
            plainRight.Add(100 * Truth(plain, "labelledRightShare"));
            trackedRight.Add(100 * Truth(tracked, "labelledRightShare"));
            plainFound.Add(100 * Truth(plain, "foundShare"));
            trackedFound.Add(100 * Truth(tracked, "foundShare"));
            loss.Add(plainRight[^1] - trackedRight[^1]);
            crops.Add((double)tracked["crops"]!["classified"]! / (double)plain["crops"]!["classified"]!);
            speed.Add((double)tracked["fps"]! / (double)plain["fps"]!);
            Console.Error.WriteLine($"round {round + 1}/{rounds}: right {plainRight[^1]:0.0} %, with tracking {trackedRight[^1]:0.0} %, crops {crops[^1]:0.000}, speed {speed[^1]:0.00}");
        }
        return new BenchReport("tracking")
            .Add("tracked_accuracy_loss", loss, "points of rightly labelled items that tracking loses on the belt; bound 0.5")
            .Add("plain_right_percent", plainRight, "of the found items rightly labelled, every crop classified")
            .Add("tracked_right_percent", trackedRight, "with tracking")
            .Add("plain_found_percent", plainFound, "of the items found")
            .Add("tracked_found_percent", trackedFound, "with tracking")
            .Add("crops_over_plain", crops, "crops classified, with tracking over without")
            .Add("tracked_speed", speed, "frames/s of the whole demo, sinks included, with tracking over without");
    }

    private static async Task<JsonObject> DemoAsync(bool tracked)
    {
        var folder = Directory.CreateTempSubdirectory("actorpipeline-tracking-");
        using StringWriter output = new(), errors = new();
        try
        {
            var code = await Hosting.Commands.CommandLine.RunAsync(
                ["demo", "--json", "--out", folder.FullName, "--set", $"actor-pipeline.pipelines.belt.tracking.enabled={(tracked ? "true" : "false")}"], output, errors);
            if (code != ExitCode.Done) throw new InvalidOperationException($"The demo ended with {code}: {errors}");
            return JsonNode.Parse(output.ToString().TrimEnd().Split('\n')[^1])!.AsObject();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Truth(JsonObject summary, string key) => (double)summary["truth"]![key]!;
}
