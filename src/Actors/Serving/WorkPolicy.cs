using ActorPipeline.Catalog;
using Akka.Actor;

namespace ActorPipeline.Serving;

/// <summary>A piece of work that waits.</summary>
internal sealed record WorkPiece(ServingProtocol.Submit Submitted, IActorRef From, bool Retried)
{
    public ModelId Model => Submitted.Model;

    public PipelineId Pipeline => Submitted.Id.Pipeline;
}

/// <summary>
/// Which piece goes next: pipelines take turns, and within a pipeline the oldest frame's piece of those whose model is ready.
/// Pure: no clock, no messages.
/// </summary>
internal sealed class WorkPolicy
{
    private readonly LinkedList<(PipelineId Pipeline, List<WorkPiece> Waiting)> _turns = new();

    /// <summary>Pieces waiting for a model.</summary>
    public int Queued(ModelId model) => _turns.Sum(t => t.Waiting.Count(p => p.Model == model));

    /// <summary>When the first of the pieces waiting for a model is due; null where none has a deadline.</summary>
    public TimeSpan? OldestDeadline(ModelId model) => _turns.SelectMany(t => t.Waiting).Where(p => p.Model == model).Min(p => p.Submitted.Deadline);

    /// <summary>A piece arrives; it takes its place by the capture time of its frame.</summary>
    public void Add(WorkPiece piece)
    {
        var waiting = WaitingOf(piece.Pipeline);
        var place = waiting.Count;
        while (place > 0 && waiting[place - 1].Submitted.CapturedAt > piece.Submitted.CapturedAt) place--;
        waiting.Insert(place, piece);
    }

    /// <summary>Takes the next piece whose model is ready, or null.</summary>
    public WorkPiece? Take(Func<ModelId, bool> ready)
    {
        for (var turn = _turns.First; turn is not null; turn = turn.Next)
        {
            var index = turn.Value.Waiting.FindIndex(p => ready(p.Model));
            if (index < 0) continue;
            var piece = turn.Value.Waiting[index];
            turn.Value.Waiting.RemoveAt(index);
            _turns.Remove(turn);
            if (turn.Value.Waiting.Count > 0) _turns.AddLast(turn);
            return piece;
        }
        return null;
    }

    /// <summary>Takes out all pieces that match.</summary>
    public IReadOnlyList<WorkPiece> TakeAll(Predicate<WorkPiece> match)
    {
        var taken = new List<WorkPiece>();
        foreach (var (_, waiting) in _turns)
        {
            taken.AddRange(waiting.FindAll(match));
            waiting.RemoveAll(match);
        }
        return taken;
    }

    private List<WorkPiece> WaitingOf(PipelineId pipeline)
    {
        foreach (var (id, waiting) in _turns)
            if (id == pipeline) return waiting;
        var added = new List<WorkPiece>();
        _turns.AddLast((pipeline, added));
        return added;
    }
}
