namespace ActorPipeline.Pipeline;

/// <summary>
/// How many frames a pipeline has in flight. It looks at the last frames whenever a window's worth of them is through: results later than the
/// deadline lower it; lanes that idle while the window is what holds frames back raise it, be it that frames come too few at a time or
/// that models take turns, where a longer turn pays for its swap; and while lanes are busy and nothing presses it tries one less, because
/// frames that only wait are late for nothing. What was found too small is not tried again for a while. Pure: it is told the time.
/// </summary>
/// <param name="min">Fewest.</param>
/// <param name="max">Most; the pipeline's buffers are for so many.</param>
/// <param name="lanes">Lanes that run models.</param>
/// <param name="deadline">How long after its capture a result is wanted; zero for no deadline.</param>
internal sealed class WindowControl(int min, int max, int lanes, TimeSpan deadline)
{
    private readonly int _max = max;

    /// <summary>Lanes that idle more than this share of the time want more frames.</summary>
    internal const double Starved = 0.04;

    /// <summary>Lanes that idle less than this share are busy.</summary>
    internal const double Busy = 0.015;

    /// <summary>More than this share of results behind the deadline is too many.</summary>
    internal const double Late = 0.1;

    /// <summary>Where lanes idle more than this share, fewer frames in flight are no help against lateness.</summary>
    internal const double Wasted = 0.25;

    /// <summary>A look at fewer frames, or at less time, says little.</summary>
    internal const int FewestFrames = 8;

    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(200);

    /// <summary>Frames with more time between them say nothing together: the clock jumped, the device was suspended, or the source was away.</summary>
    internal static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(10);

    /// <summary>How long what was found too small is not tried again.</summary>
    internal static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private int _frames;
    private int _late;
    private int _heldBack;
    private TimeSpan? _since;
    private TimeSpan _last;
    private TimeSpan _idleBefore;
    private int _tooSmall;
    private TimeSpan _tooSmallUntil;
    private TimeSpan _notBefore;

    /// <summary>Frames that may be in flight.</summary>
    public int Window { get; private set; } = max;

    /// <summary>A frame's outcome is handed on.</summary>
    /// <param name="now">When.</param>
    /// <param name="latency">From its capture.</param>
    /// <param name="idle">Lane time that was idle until <paramref name="idleAt"/>, of all lanes together.</param>
    /// <param name="idleAt">When that was last heard; frames that no model looks at bring no news of it.</param>
    /// <param name="full">Whether the window was full, so that no further frame could be captured.</param>
    public void Concluded(TimeSpan now, TimeSpan latency, TimeSpan idle, TimeSpan idleAt, bool full)
    {
        if (min == _max) return;
        var gap = now - _last;
        _last = now;
        // Where the clock went back nothing is to be waited for.
        if (_notBefore > now) _notBefore = now;
        if (idleAt < _notBefore) return;
        // A new board counts from its own beginning.
        if (_since is not { } since || idle < _idleBefore || gap < TimeSpan.Zero || gap > LongestGap || idleAt < since)
        {
            // Where the clock went back a minute must not become hours.
            if (_tooSmallUntil > now + Remembered) _tooSmallUntil = now + Remembered;
            Look(idleAt, idle);
            return;
        }
        _frames++;
        if (deadline > TimeSpan.Zero && latency > deadline) _late++;
        if (full) _heldBack++;
        var span = idleAt - since;
        if (_frames < Math.Max(FewestFrames, Window) || span < ShortestLook) return;
        Decide(now, (idle - _idleBefore) / (span * lanes));
        Look(idleAt, idle);
    }

    /// <summary>Frames were held back on purpose until now: what lanes idled meanwhile says nothing.</summary>
    /// <param name="now">The present.</param>
    public void BeginAnew(TimeSpan now) => (_since, _notBefore) = (null, now);

    private void Decide(TimeSpan now, double idle)
    {
        if (_late > _frames * Late)
        {
            // Lanes that idle so much do so because models take turns: shorter turns would make more of them, and results no sooner.
            if (idle <= Wasted) Window = Math.Max(min, Window - Math.Max(1, Window / 4));
        }
        else if (idle > Starved && _heldBack * 2 > _frames)
            Raise(now);
        else if (idle < Busy && Window > min && (Window - 1 > _tooSmall || now >= _tooSmallUntil))
            Window--;
    }

    private void Raise(TimeSpan now)
    {
        (_tooSmall, _tooSmallUntil) = (Window, now + Remembered);
        Window = Math.Min(_max, Window + Math.Max(1, Window / 4));
    }

    private void Look(TimeSpan at, TimeSpan idle) => (_since, _idleBefore, _frames, _late, _heldBack) = (at, idle, 0, 0, 0);
}
