namespace ActorPipeline.Memory;

/// <summary>All charges as they are now, put together from the events that tell each change.</summary>
public sealed class ChargeView
{
    private readonly Dictionary<(string Account, LeaseId? Lease, ChargeKind? Kind), Charge> _charges = [];

    /// <summary>Every charge.</summary>
    public IReadOnlyCollection<Charge> Charges => _charges.Values;

    /// <summary>A new supervisor begins: nothing is charged until it says so.</summary>
    public void Clear() => _charges.Clear();

    /// <summary>Takes one change in. A lease's charge changes its kind as its phase changes, and stays one charge.</summary>
    public void Apply(Charge change)
    {
        var key = (change.Account, change.Lease, change.Lease is null ? change.Kind : (ChargeKind?)null);
        if (change.Bytes.Equals(PoolVector.Zero)) _charges.Remove(key);
        else _charges[key] = change;
    }
}
