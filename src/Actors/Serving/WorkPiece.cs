using ActorPipeline.Catalog;
using Akka.Actor;

namespace ActorPipeline.Serving;

/// <summary>Why a piece of work has to fail.</summary>
/// <param name="Reason">In a word that can be counted.</param>
/// <param name="Detail">For people.</param>
/// <param name="MayRetry">Whether a second try may go better.</param>
internal sealed record PieceFailure(string Reason, string Detail, bool MayRetry = false);

/// <summary>A piece of work on the board: what of it waits, what of it runs, and what went wrong.</summary>
internal sealed class WorkPiece(ServingProtocol.Submit submitted, IActorRef from)
{
    private int _handedOut;

    public ServingProtocol.Submit Submitted { get; } = submitted;

    /// <summary>Who gets the answer.</summary>
    public IActorRef From { get; } = from;

    public ModelId Model => Submitted.Model;

    public PipelineId Pipeline => Submitted.Id.Pipeline;

    /// <summary>Whether it is a neighbour's.</summary>
    public bool Guest => Submitted.Guest;

    /// <summary>Parts that no lane has got yet.</summary>
    public int Waiting => Submitted.Work.Parts - _handedOut;

    /// <summary>Slices with parts of it that lanes have, lost lanes' included.</summary>
    public int Slices { get; private set; }

    /// <summary>It is tried for the second time.</summary>
    public bool Retried { get; private set; }

    /// <summary>The first thing that went wrong; it is answered once no lane has a part of it.</summary>
    public PieceFailure? Failure { get; private set; }

    /// <summary>It was answered, or nobody waits for an answer any more; lanes may still be busy with it.</summary>
    public bool Answered { get; set; }

    /// <summary>Nothing of it waits or runs.</summary>
    public bool IsOver => Slices == 0 && (Failure is not null || Answered || Waiting == 0);

    /// <summary>Hands out the next parts.</summary>
    public Inference.LanePart Take(int count)
    {
        var part = new Inference.LanePart(Submitted.Work, _handedOut, count);
        _handedOut += count;
        Slices++;
        return part;
    }

    /// <summary>A lane is through with a slice of it.</summary>
    public void SliceOver() => Slices--;

    /// <summary>Something went wrong; the first counts.</summary>
    public void Fail(PieceFailure failure) => Failure ??= failure;

    /// <summary>Begins anew from its first part.</summary>
    public void Retry() => (_handedOut, Failure, Retried) = (0, null, true);
}
