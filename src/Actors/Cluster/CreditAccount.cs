using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster;

/// <summary>
/// The sender's side of one neighbour's promises: how much may be sent now, and when to ask for more. Pure. Grants are cumulative, so a
/// lost or doubled one changes nothing; those of an older epoch, and those whose lifetime is over, are void.
/// </summary>
/// <param name="askEvery">Asks are so far apart, and twice as far after each that brought nothing.</param>
/// <param name="askRarely">And never further.</param>
internal sealed class CreditAccount(TimeSpan askEvery, TimeSpan askRarely)
{
    private readonly TimeSpan _askEvery = askEvery;

    /// <summary>No promise is believed for longer.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(60);

    private bool _open;
    private long _sent;
    private long _upTo;
    private TimeSpan _until;
    private TimeSpan _renewAt;
    private TimeSpan _askAt;
    private TimeSpan _askAfter = askEvery;

    /// <summary>Asks every 100 ms, each second if that brings nothing.</summary>
    public CreditAccount()
        : this(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1))
    {
    }

    /// <summary>The desk's epoch; 0 before it opened.</summary>
    public long Epoch { get; private set; }

    /// <summary>Whether the desk said that it is open.</summary>
    public bool IsOpen => _open;

    /// <summary>The desk opened.</summary>
    /// <returns>Whether that is news: everything of older epochs is void then.</returns>
    public bool Open(long epoch)
    {
        if (epoch <= Epoch) return false;
        (Epoch, _open, _sent, _upTo, _until, _askAt, _askAfter) = (epoch, true, 0, 0, TimeSpan.Zero, TimeSpan.Zero, _askEvery);
        return true;
    }

    /// <summary>The desk closed; only a newer epoch opens it again.</summary>
    public void Close() => (_open, _upTo) = (false, _sent);

    /// <summary>A promise arrives. One of a newer epoch tells of its opening too.</summary>
    /// <returns>Whether it counts.</returns>
    public bool Granted(CreditGranted grant, TimeSpan now)
    {
        if (grant.Epoch > Epoch) Open(grant.Epoch);
        if (!_open || grant.Epoch != Epoch || grant.UpTo < _upTo || grant.Lifetime <= TimeSpan.Zero) return false;
        var life = grant.Lifetime < LongestLife ? grant.Lifetime : LongestLife;
        (_upTo, _until, _renewAt, _askAfter) = (grant.UpTo, now + life, now + (life * 2 / 3), _askEvery);
        return true;
    }

    /// <summary>Bytes that may be sent now.</summary>
    public long Available(TimeSpan now) => _open && now < _until ? Math.Max(0, _upTo - _sent) : 0;

    /// <summary>Bytes are sent.</summary>
    /// <returns>The number that goes with them; null where they may not be.</returns>
    public long? Send(long bytes, TimeSpan now) => bytes < 0 || bytes > Available(now) ? null : _sent += bytes;

    /// <summary>Whether, and what, to ask for now. To be looked at while there is something to send, and not otherwise: who wants nothing lets promises lapse.</summary>
    /// <param name="ahead">Bytes that should be promised at any time.</param>
    /// <param name="now">The time.</param>
    /// <returns>The message; null for none.</returns>
    public AskCredit? Ask(long ahead, TimeSpan now)
    {
        if (!_open || ahead <= 0 || now < _askAt) return null;
        // Half of it is the time to ask: the rest bridges the way.
        if (Available(now) > ahead / 2 && now < _renewAt) return null;
        (_askAt, _askAfter) = (now + _askAfter, _askAfter * 2 < askRarely ? _askAfter * 2 : askRarely);
        return new AskCredit(Epoch, _sent, ahead);
    }
}
