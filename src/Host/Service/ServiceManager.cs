using System.Globalization;
using System.Net.Sockets;
using ActorPipeline.Hosting.Web;
using ActorPipeline.Telemetry;
using Microsoft.Extensions.Hosting.Systemd;

namespace ActorPipeline.Hosting.Service;

/// <summary>Tells systemd how the run goes, where it was started by it: that it is ready, that it lives, that it stops.</summary>
internal sealed class ServiceManager : IAsyncDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    private readonly SystemdNotifier _notifier = new();
    private readonly ServiceNotices _notices;
    private readonly LiveState _state;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly PeriodicTimer _timer;
    private readonly CancellationTokenRegistration _stopping;
    private readonly Task _telling;
    private bool _warned;

    private ServiceManager(ActorPipelineSettings settings, LiveState state, TimeProvider time, Action<string> warn, CancellationToken interrupt)
    {
        (_notices, _state, _time, _warn) = (new ServiceNotices(settings.Serving), state, time, warn);
        _timer = new PeriodicTimer(Interval(Environment.GetEnvironmentVariable("WATCHDOG_USEC")), time);
        _stopping = interrupt.Register(() => Tell("STOPPING=1"));
        _telling = TellAsync();
    }

    /// <summary>Whether systemd waits to be told.</summary>
    public static bool IsThere => SystemdHelpers.IsSystemdService() || Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 };

    /// <summary>Tells it from now on; null where nobody waits.</summary>
    /// <param name="settings">What runs.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="time">The actors' clock.</param>
    /// <param name="warn">Gets why it cannot be told.</param>
    /// <param name="interrupt">The run is asked to end.</param>
    public static ServiceManager? Begin(ActorPipelineSettings settings, LiveState? state, TimeProvider time, Action<string> warn, CancellationToken interrupt) =>
        state is not null && IsThere ? new ServiceManager(settings, state, time, warn, interrupt) : null;

    /// <summary>Three times in the span after which systemd takes the process for dead, and each second at least.</summary>
    /// <param name="watchdog">That span in microseconds, as systemd writes it; null or anything else for none.</param>
    internal static TimeSpan Interval(string? watchdog) =>
        long.TryParse(watchdog, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0 && TimeSpan.FromMicroseconds(microseconds) / 3 < Often
            ? TimeSpan.FromMicroseconds(Math.Max(microseconds, 3000)) / 3 : Often;

    public async ValueTask DisposeAsync()
    {
        await _stopping.DisposeAsync();
        _timer.Dispose();
        await _telling;
        Tell("STOPPING=1");
    }

    private async Task TellAsync()
    {
        do
        {
            IReadOnlyList<string> notices;
            lock (_state.Gate) notices = _notices.At(_state, _time.Instant());
            if (notices.Count > 0) Tell(string.Join('\n', notices));
        }
        while (await _timer.WaitForNextTickAsync());
    }

    private void Tell(string notices)
    {
        try
        {
            _notifier.Notify(new ServiceState(notices));
        }
        catch (SocketException error)
        {
            if (!_warned) _warn($"systemd cannot be told how the run goes: {error.Message}");
            _warned = true;
        }
    }
}
