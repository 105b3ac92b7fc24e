using System.Globalization;
using System.Text;

namespace ActorPipeline.Sinks;

/// <summary>A frame's objects as rows of comma-separated values, as RFC 4180 has them; numbers are written the same in every country.</summary>
internal static class FrameCsv
{
    /// <summary>The row with the columns' names.</summary>
    public const string Header = "frame,ms,name,object,left,top,right,bottom,class,score,label,label_score,track,reused,predicted\r\n";

    // Between the best labels of several classifiers, as in pictures.
    private const string Between = " | ";

    /// <summary>Appends a row for each object.</summary>
    public static void Append(StringBuilder rows, FrameReport report)
    {
        for (var i = 0; i < report.Objects.Count; i++) AppendRow(rows, report, i);
    }

    private static void AppendRow(StringBuilder rows, FrameReport report, int place)
    {
        var found = report.Objects[place];
        LabelReport[] best = [.. FramePainter.BestOfEach(found.Labels)];
        rows.Append(CultureInfo.InvariantCulture, $"{report.Frame},{Number(report.Position.TotalMilliseconds, 3)},{Text(report.Name ?? "")},{place},");
        rows.Append(CultureInfo.InvariantCulture, $"{Number(found.Box.Left, 1)},{Number(found.Box.Top, 1)},{Number(found.Box.Right, 1)},{Number(found.Box.Bottom, 1)},");
        rows.Append(CultureInfo.InvariantCulture, $"{Text(found.Class)},{Number(found.Score, 4)},");
        rows.Append(CultureInfo.InvariantCulture, $"{Text(string.Join(Between, best.Select(l => l.Name)))},{Text(string.Join(Between, best.Select(l => Number(l.Score, 4))))},");
        if (found.Track is { } track) rows.Append(CultureInfo.InvariantCulture, $"{track},{Word(found.Reused)},{Word(found.Predicted)}");
        else rows.Append(",,");
        rows.Append("\r\n");
    }

    private static string Number(double value, int digits) => Math.Round(value, digits).ToString(CultureInfo.InvariantCulture);

    private static string Word(bool value) => value ? "true" : "false";

    private static string Text(string value) => value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
