using System.Globalization;
using Spectre.Console;

namespace ActorPipeline.Hosting.Preparing;

/// <summary>Shows built engines to people.</summary>
internal static class PrepareTable
{
    /// <summary>Writes it.</summary>
    public static void Write(PrepareReport report, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in (string[])["model", "provider", "engine", "time", "size", "difference", "rewrites", "why"]) table.AddColumn(column);
        foreach (var finding in report.Engines) table.AddRow(Row(finding));
        console.Write(table);
        if (report.Folder is { } folder) console.WriteLine($"Kept in {folder}.");
    }

    private static string[] Row(EngineFinding finding)
    {
        var model = Markup.Escape(finding.Model.Value);
        if (finding.Engine is not { } engine) return [model, "", $"[red]{finding.Word}[/]", "", "", "", "", Markup.Escape(finding.Failed?.Reason ?? "")];
        return
        [
            model, engine.Provider.ToString().ToLowerInvariant(), finding.Word, Time(engine.Time), engine.Size == Bytes.Zero ? "" : $"{engine.Size}",
            engine.Difference?.ToString("0.0e+0", CultureInfo.InvariantCulture) ?? "", Markup.Escape(string.Join(", ", engine.Rewrites)), Markup.Escape(engine.Why ?? ""),
        ];
    }

    /// <summary>"120 ms", "3.4 s".</summary>
    internal static string Time(TimeSpan time) => time < TimeSpan.FromSeconds(1)
        ? FormattableString.Invariant($"{time.TotalMilliseconds:0} ms")
        : FormattableString.Invariant($"{time.TotalSeconds:0.0} s");
}
