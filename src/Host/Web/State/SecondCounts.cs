namespace ActorPipeline.Hosting.Web;

/// <summary>How fast something is counted, over the last ten seconds that are over.</summary>
internal sealed class SecondCounts
{
    private const int Seconds = 10;

    private readonly long[] _counts = new long[Seconds + 1];
    private long _first = -1;
    private long _last = -1;

    /// <summary>Counts.</summary>
    /// <param name="at">When.</param>
    /// <param name="count">How many.</param>
    public void Add(TimeSpan at, long count)
    {
        Move((long)at.TotalSeconds);
        _counts[_last % _counts.Length] += count;
    }

    /// <summary>How many in a second; 0 before a second is over.</summary>
    public double PerSecond(TimeSpan now)
    {
        if (_first < 0) return 0;
        Move((long)now.TotalSeconds);
        var over = Math.Min(Seconds, _last - _first);
        var sum = 0L;
        for (var second = _last - over; second < _last; second++) sum += _counts[second % _counts.Length];
        return over == 0 ? 0 : (double)sum / over;
    }

    private void Move(long second)
    {
        if (_first < 0) _first = _last = second;
        // A clock never goes back; one that did would count into the present.
        for (var gone = 0; _last < second; gone++)
        {
            _last = gone < _counts.Length ? _last + 1 : second;
            _counts[_last % _counts.Length] = 0;
        }
    }
}
