using System.Text.RegularExpressions;
using Akka.Event;

namespace ActorPipeline.Hosting.Running;

/// <summary>
/// What Akka's remoting says of connections: a dead neighbour, or somebody who knocks with rubbish, would fill a log. Each of its speakers is heard once a minute,
/// in one line, as a warning: nothing of this node has failed. One thread at a time.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed partial class RemoteNoise(TimeProvider time)
{
    private const int MostSpeakers = 256;

    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, long> _heard = [];

    /// <summary>Whether it comes from there.</summary>
    public static bool Is(LogEvent log) =>
        log.LogClass?.Namespace?.StartsWith("Akka.Remote", StringComparison.Ordinal) == true
        || log.LogSource is { } source && (source.StartsWith("remoting", StringComparison.Ordinal) || source.Contains("/endpointManager/", StringComparison.Ordinal));

    /// <summary>Its line; null where its speaker was heard a moment ago.</summary>
    public string? LineOf(LogEvent log)
    {
        var speaker = $"{log.LogClass?.Name} {Steady(log.LogSource)}";
        if (_heard.TryGetValue(speaker, out var at) && time.GetElapsedTime(at) < Quiet) return null;
        // Who knocks from ever new ports is not remembered for ever.
        if (_heard.Count >= MostSpeakers) _heard.Clear();
        _heard[speaker] = time.GetTimestamp();
        var text = (log.Message?.ToString() ?? "") + (log.Cause is { } cause ? $" ({cause.Message})" : "");
        return text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end] : text;
    }

    /// <summary>Without the number that each new connection to the same address gets: "...-31/endpointWriter".</summary>
    private static string Steady(string? source) => Numbers().Replace(source ?? "", "");

    [GeneratedRegex(@"-\d+(?=/|\]|$)")]
    private static partial Regex Numbers();
}
