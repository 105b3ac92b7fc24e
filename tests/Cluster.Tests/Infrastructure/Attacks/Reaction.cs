namespace ActorPipeline.ClusterTests;

/// <summary>What a server did with a connection.</summary>
internal enum Outcome
{
    /// <summary>It did not let it in, or did not answer at all.</summary>
    Refused,

    /// <summary>It ended it in order.</summary>
    Closed,

    /// <summary>It broke it off.</summary>
    Reset,

    /// <summary>It still had it when the bound was over.</summary>
    Kept,
}

/// <summary>How a server behaved.</summary>
/// <param name="Outcome">What it did.</param>
/// <param name="BytesBack">What it sent meanwhile.</param>
/// <param name="After">How long that took, from the connection on; the bound where it kept it.</param>
/// <param name="BytesTaken">What it was sent until then, and the kernel took.</param>
internal sealed record Reaction(Outcome Outcome, long BytesBack, TimeSpan After, long BytesTaken)
{
    /// <value>Whether it let go.</value>
    public bool LetGo => Outcome is Outcome.Closed or Outcome.Reset;
}

/// <summary>How a TLS server behaved.</summary>
/// <param name="Handshake">Why there was no handshake; null where there was, as this side sees it: with TLS 1.3 a server that does not want the client's certificate says so only afterwards.</param>
/// <param name="After">What it did with a frame of rubbish then.</param>
internal sealed record TlsReaction(string? Handshake, Reaction After)
{
    /// <value>Whether the client was let in, and kept.</value>
    public bool LetIn => Handshake is null && After.Outcome == Outcome.Kept;
}
