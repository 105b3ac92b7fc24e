using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Text.RegularExpressions;

namespace ActorPipeline.Bench.Allocation;

/// <summary>
/// Which types are allocated, as the runtime itself samples it: once in some 100 kB it tells the type that it was at. Listening allocates,
/// too, so that figures are taken without it.
/// </summary>
internal sealed partial class AllocatedTypes : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Collector = (EventKeywords)1;

    private readonly ConcurrentDictionary<string, long> _bytes = new(StringComparer.Ordinal);

    /// <summary>The types that took most, with their share of all.</summary>
    /// <param name="most">How many types.</param>
    public IReadOnlyList<(string Type, double Share)> Largest(int most)
    {
        var all = (double)_bytes.Values.Sum();
        return [.. _bytes.OrderByDescending(t => t.Value).Take(most).Select(t => (Namespace().Replace(t.Key, ""), t.Value / all))];
    }

    /// <summary>Forgets what was seen so far.</summary>
    public void Begin() => _bytes.Clear();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime) EnableEvents(eventSource, EventLevel.Verbose, Collector);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) != true || eventData.Payload is not { } payload || eventData.PayloadNames is not { } names) return;
        var (amount, type) = (names.IndexOf("AllocationAmount64"), names.IndexOf("TypeName"));
        if (amount >= 0 && type >= 0) _bytes.AddOrUpdate((string)payload[type]!, (long)(ulong)payload[amount]!, (_, bytes) => bytes + (long)(ulong)payload[amount]!);
    }

    // In the arguments of generic types, too.
    [GeneratedRegex(@"[\w.]+\.(?=\w)")]
    private static partial Regex Namespace();
}
