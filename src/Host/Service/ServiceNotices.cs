using ActorPipeline.Hosting.Web;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Service;

/// <summary>What systemd is to be told of a run, in the words of sd_notify(3). Pure.</summary>
/// <param name="serving">Bounds of loads and runs: no pipeline that lives is longer without an outcome than all of them together.</param>
internal sealed class ServiceNotices(ServingSettings serving)
{
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(15);

    /// <summary>How much longer a start may take, each time that it was seen to go on: engines are built, models are looked at.</summary>
    private static readonly TimeSpan Extension = TimeSpan.FromSeconds(30);

    private bool _ready;

    /// <summary>The notices of this moment; the gate of the state is the caller's.</summary>
    public IReadOnlyList<string> At(LiveState state, TimeSpan now)
    {
        if (state.Ended) return [];
        var notices = new List<string>();
        var dead = Dead(state, now);
        if (!_ready && state.Started is not null)
        {
            _ready = true;
            notices.Add("READY=1");
        }
        if (dead is null) notices.Add("WATCHDOG=1");
        // Before memory is read a source is being opened; who hangs there gets no more time.
        if (dead is null && !_ready && state.Sampled is not null) notices.Add($"EXTEND_TIMEOUT_USEC={(long)Extension.TotalMicroseconds}");
        notices.Add($"STATUS={dead ?? Status(state, now)}");
        return notices;
    }

    /// <summary>Why the process has to be started anew; null where it has not.</summary>
    private string? Dead(LiveState state, TimeSpan now)
    {
        if (HealthView.Of(state, now) is { IsLive: false } health) return string.Join("; ", health.Dead);
        // Who waits for memory would wait after a restart, too.
        if (state.Started is not { } started || state.Models.Values.Any(m => m.State is ModelState.AwaitingLease or ModelState.BackingOff)) return null;
        var longest = serving.LoadTimeout + serving.RunTimeout + serving.LostAfter + Longer;
        foreach (var (id, pipeline) in state.Pipelines)
        {
            var quiet = now - (pipeline.LastOutcome ?? started);
            if (!pipeline.Paused && pipeline.Outage is null && pipeline.InFlight > 0 && quiet > longest) return $"pipeline '{id}' has had no outcome for {quiet.TotalSeconds:0} s";
        }
        return null;
    }

    private static string Status(LiveState state, TimeSpan now) => state.Started is null
        ? "models are being looked at"
        : string.Join(", ", state.Pipelines.Select(p => FormattableString.Invariant($"{p.Key} {p.Value.FramesPerSecond(now):0.0} frames/s")).DefaultIfEmpty("serving"));
}
