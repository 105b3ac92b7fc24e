using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using Spectre.Console;

namespace ActorPipeline.Bench.Memory;

/// <summary><c>models</c>: what each model costs in each way of loading it, each in a process of its own.</summary>
internal static class ModelsBench
{
    /// <summary>The command with which the benchmark starts itself for one of them.</summary>
    public const string One = "models-one";

    private static readonly (bool Arena, bool MapLarge, bool Prepared)[] Ways =
        [(true, true, false), (true, true, true), (true, false, true), (false, true, true), (false, false, true), (false, false, false)];

    private static readonly string[] Columns = ["first load", "load", "resident", "1 lane", "2 lanes", "left", "pages", "load ms", "run ms"];

    /// <summary>Runs all and prints them.</summary>
    public static void Run(bool json)
    {
        var table = new Table().AddColumns(["model", "way", .. Columns]);
        var figures = new JsonObject();
        foreach (var card in Cards())
        {
            foreach (var way in Ways)
            {
                var cost = InProcessOfItsOwn(card, way);
                double[] values =
                    [cost.FirstLoadPeak, cost.LoadPeak, cost.Resident, cost.Run1Peak, cost.Run2Peak, cost.Left, cost.Pages, cost.LoadMs, cost.RunMs];
                table.AddRow([card.Id.Value, Name(way), .. values.Select(v => v.ToString("0.0", CultureInfo.InvariantCulture))]);
                figures[$"{card.Id} {Name(way)}"] = JsonSerializer.SerializeToNode(cost);
            }
        }
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 140);
        AnsiConsole.Write(table);
        if (json) Console.WriteLine(new JsonObject { ["bench"] = "models", ["figures"] = figures }.ToJsonString());
    }

    /// <summary>Measures one model in one way and prints the line that <see cref="Run"/> reads.</summary>
    public static void RunOne(string model, bool arena, bool mapLarge, string? cacheFolder) =>
        Console.WriteLine(ModelCost.Measure(Cards().Single(c => c.Id.Value == model), arena, mapLarge, cacheFolder).ToLine());

    private static ModelCard[] Cards() =>
    [
        BenchData.PicoDet with { Id = new ModelId("PicoDet-S") },
        BenchData.SqueezeNet with { Id = new ModelId("SqueezeNet") },
        BenchData.LcNet with { Id = new ModelId("PP-LCNet") },
    ];

    private static ModelCost InProcessOfItsOwn(ModelCard card, (bool Arena, bool MapLarge, bool Prepared) way)
    {
        var folder = Directory.CreateTempSubdirectory("actorpipeline-models-");
        try
        {
            var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ActorPipeline.Bench")) { RedirectStandardOutput = true };
            foreach (var argument in (string[])[One, "--model", card.Id.Value, "--arena", $"{way.Arena}", "--map-large", $"{way.MapLarge}"]) start.ArgumentList.Add(argument);
            if (way.Prepared) foreach (var argument in (string[])["--cache", folder.FullName]) start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var line = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? ModelCost.FromLine(line) : throw new InvalidOperationException($"Measuring {card.Id} ended with {process.ExitCode}.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Name((bool Arena, bool MapLarge, bool Prepared) way) =>
        $"{(way.Prepared ? "prepared" : "plain")}, {(way.Arena ? "arena" : "no arena")}{(way.MapLarge ? ", large blocks mapped" : "")}";
}
