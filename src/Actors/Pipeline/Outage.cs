using System.Globalization;
using ActorPipeline.Serving;

namespace ActorPipeline.Pipeline;

/// <summary>One outage of a live source: when it is tried again, and when not any more. Pure: it is told the time.</summary>
/// <param name="settings">How long it may last, and how long it waits between two tries.</param>
/// <param name="reason">Why the source broke off.</param>
/// <param name="since">When.</param>
internal sealed class Outage(ReconnectSettings settings, string reason, TimeSpan since)
{
    private readonly Backoff _backoff = new(settings.First, settings.Longest, givesUpAfter: int.MaxValue);
    private string? _last;

    /// <summary>Tries so far, one that is waited for included.</summary>
    public int Attempts => _backoff.Failures;

    /// <summary>Why the source is lost, once it is given up.</summary>
    public string Loss => string.Create(CultureInfo.InvariantCulture, $"{reason} It did not come back in {settings.For}, in {Attempts} tries; the last: {_last}");

    /// <summary>A try failed.</summary>
    public void Failed(string why) => _last = why;

    /// <summary>How long to wait before the next try; null where the outage has lasted too long. The last try is when it has.</summary>
    public TimeSpan? NextTry(TimeSpan now)
    {
        var left = since + settings.For - now;
        if (left <= TimeSpan.Zero) return null;
        var wait = _backoff.Fail();
        return wait < left ? wait : left;
    }
}
