using System.Globalization;
using Google.Protobuf;

namespace ActorPipeline.Cluster.Wire;

/// <summary>
/// A summary as text, the form in which distributed data keeps it: a dictionary of texts names no type of ours on the wire. "1." (the major
/// version) and the base64 of its protocol buffer.
/// </summary>
internal static class NodeSummaryText
{
    private static readonly string Prefix = WireLimits.Major.ToString(CultureInfo.InvariantCulture) + ".";
    private static readonly MessageParser<SummaryForm> Parser = SummaryForm.Parser.WithDiscardUnknownFields(true);

    /// <summary>The text of a summary.</summary>
    /// <exception cref="ArgumentException">It is no summary that can be told.</exception>
    public static string Of(NodeSummary summary) => Prefix + Convert.ToBase64String(SummaryWire.Form(summary).ToByteArray());

    /// <summary>The summary of a text; null where it is damaged, too long, or of another major version. Never throws.</summary>
    public static NodeSummary? Read(string? text)
    {
        if (text is null || text.Length > WireLimits.Summary || !text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        try
        {
            return SummaryWire.Summary(Parser.ParseFrom(Convert.FromBase64String(text[Prefix.Length..])));
        }
        catch (Exception fault) when (fault is FormatException or InvalidProtocolBufferException or WireFault)
        {
            return null;
        }
    }
}
