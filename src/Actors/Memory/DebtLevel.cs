namespace ActorPipeline.Memory;

/// <summary>
/// Leak debt: the level of memory that did not come back, as quiet moments show it. A level and not a sum: it falls when the memory
/// comes back after all. Pure.
/// <para>
/// What is missing is measured - charged. Where no model holds a lease that is exact, and the debt is what is missing: all of it above
/// the dead band, nothing below it (once there is debt, nothing below half of it, or it would flicker), and what <see cref="LeakWatch"/>
/// sees climb below it. Where a model is loaded it usually takes less than its lease covers, which hides debt. There what is missing
/// is only the least it can be; the most is all that is measured; and it has fallen by what the whole fell while nothing changed.
/// </para>
/// </summary>
/// <param name="deadBand">A difference that is taken for noise.</param>
internal sealed class DebtLevel(Bytes deadBand)
{
    private readonly LeakWatch _watch = new();
    private Bytes _always;
    private (Bytes Charged, Bytes Highest)? _loaded;
    private bool _isOverBand;

    /// <summary>The level now.</summary>
    public Bytes Debt { get; private set; }

    /// <summary>A lease's memory was let go of, and the gauges were read for it the last time.</summary>
    /// <param name="measured">Memory over the base that is not our own buffers'; may be negative.</param>
    /// <param name="charged">What stays charged to models.</param>
    /// <param name="isAlone">Whether no other model holds a lease, so that what is charged is really there.</param>
    public void Released(Bytes measured, Bytes charged, bool isAlone)
    {
        isAlone |= charged == Bytes.Zero;
        if (isAlone)
        {
            _always = charged;
            _watch.Observe(measured - charged);
        }
        Update(measured, charged, isAlone);
    }

    /// <summary>Nothing loads, unloads or runs.</summary>
    /// <param name="measured">Memory over the base that is not our own buffers'; may be negative.</param>
    /// <param name="charged">What is charged to models.</param>
    public void Quiet(Bytes measured, Bytes charged) => Update(measured, charged, charged <= _always);

    private void Update(Bytes measured, Bytes charged, bool isExact)
    {
        var missing = measured - charged;
        _isOverBand = missing > deadBand || (_isOverBand && missing.Count > deadBand.Count / 2);
        var least = Bytes.Max(_isOverBand ? missing : Bytes.Zero, _watch.Climb);
        Debt = isExact ? least : Bytes.Max(least, Bytes.Min(Fallen(measured, charged), Bytes.Max(Bytes.Zero, measured)));
        if (isExact) _loaded = null;
    }

    /// <summary>The debt less what the whole fell by, with the same leases, since it was highest; less than half the dead band is noise.</summary>
    private Bytes Fallen(Bytes measured, Bytes charged)
    {
        if (_loaded is not { } loaded || loaded.Charged != charged)
        {
            _loaded = (charged, measured);
            return Debt;
        }
        var fall = loaded.Highest - measured;
        if (fall.Count < deadBand.Count / 2)
        {
            _loaded = (charged, Bytes.Max(loaded.Highest, measured));
            return Debt;
        }
        _loaded = (charged, measured);
        return Bytes.Max(Bytes.Zero, Debt - fall);
    }
}
