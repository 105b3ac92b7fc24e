namespace ActorPipeline.Memory;

/// <summary>What is charged beside leases: buffers, fixed cost, shared weights, debt. Pure; sums are kept, not recounted.</summary>
internal sealed class AccountBook
{
    private readonly Dictionary<(ChargeKind Kind, string Account), PoolVector> _accounts = [];
    private readonly PoolVector[] _sums = [.. Enum.GetValues<ChargeKind>().Select(_ => PoolVector.Zero)];

    /// <summary>All of it.</summary>
    public PoolVector Total { get; private set; } = PoolVector.Zero;

    /// <summary>Every charge.</summary>
    public IEnumerable<Charge> Charges => _accounts.Select(a => new Charge(a.Key.Account, a.Key.Kind, a.Value));

    /// <summary>The sum of one kind.</summary>
    public PoolVector this[ChargeKind kind] => _sums[(int)kind];

    /// <summary>What one account has; zero where it has nothing.</summary>
    public PoolVector this[ChargeKind kind, string account] => _accounts.GetValueOrDefault((kind, account), PoolVector.Zero);

    /// <summary>Sets what an account has; zero ends it.</summary>
    public Charge Set(ChargeKind kind, string account, PoolVector bytes)
    {
        var change = bytes - this[kind, account];
        Total += change;
        _sums[(int)kind] += change;
        if (bytes.Equals(PoolVector.Zero)) _accounts.Remove((kind, account));
        else _accounts[(kind, account)] = bytes;
        return new Charge(account, kind, bytes);
    }
}
