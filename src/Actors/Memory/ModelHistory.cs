namespace ActorPipeline.Memory;

/// <summary>
/// What has been seen of one model: how long it takes to load and how long nobody wants it between the times that it is wanted. Pure, of
/// constant size. A lull shorter than a load takes is no lull: nothing could have been gained by it, so the times around it count as one.
/// </summary>
internal sealed class ModelHistory
{
    /// <summary>Weight of the newest lull once there are several; before that all count alike.</summary>
    private const double Newest = 0.2;

    private TimeSpan _lulls;
    private long _count;
    private bool _wanted;
    private bool _seen;

    /// <summary>When it last was wanted; the present while it is.</summary>
    public TimeSpan LastUsed { get; private set; }

    /// <summary>What loading it takes: the shortest seen, because waiting for other loads only adds; zero before the first.</summary>
    public TimeSpan ReloadTime { get; private set; }

    /// <summary>
    /// How long it is not wanted between two times that it is, smoothed as a geometric mean, so that one long night does not make it look
    /// seldom wanted for days; null before the first such time is over.
    /// </summary>
    public TimeSpan? MeanInterval => _count == 0 ? null : _lulls;

    /// <summary>A load is over.</summary>
    /// <param name="took">From the grant of its lease to the model being ready.</param>
    /// <param name="now">The present.</param>
    public void Loaded(TimeSpan took, TimeSpan now)
    {
        if (ReloadTime == TimeSpan.Zero || took < ReloadTime) ReloadTime = took;
        LastUsed = now;
    }

    /// <summary>Whether it is wanted may have changed.</summary>
    /// <param name="wanted">Whether anything is queued, runs or is foreseen.</param>
    /// <param name="now">The present.</param>
    public void Demand(bool wanted, TimeSpan now)
    {
        if (wanted && !_wanted && _seen && now - LastUsed is var lull && lull > ReloadTime)
        {
            _count++;
            _lulls = _count == 1 ? lull : _lulls * Math.Pow(lull / _lulls, Math.Max(Newest, 1.0 / _count));
        }
        if (wanted || _wanted) LastUsed = now;
        _seen |= wanted;
        _wanted = wanted;
    }
}
