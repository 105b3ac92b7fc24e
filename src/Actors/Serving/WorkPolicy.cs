using ActorPipeline.Catalog;

namespace ActorPipeline.Serving;

/// <summary>
/// Which work goes next, and how much of it to one lane. Of the pipelines that have work whose model is ready, the one that has had least
/// lane time goes first (start-time fair queueing: who was idle saves nothing up); within a pipeline the oldest frame. Work of neighbours
/// goes, by the same rule among them, where nothing of this node's own could. Crops of one
/// frame are spread over lanes that would idle otherwise, and put together with others' where the model takes several at once. Pure: no clock, no messages.
/// </summary>
internal sealed class WorkPolicy
{
    /// <summary>A slice that took so many times what its model is known to take stood still with the device, or the clock jumped: it is charged no more.</summary>
    internal const int MostOverKnown = 10;

    private readonly List<Turn> _turns = [];
    private readonly Dictionary<ModelId, TimeSpan> _costs = [];
    /// <summary>Lane time that the pipeline served last had had; of this node's own, and of neighbours'.</summary>
    private readonly TimeSpan[] _served = new TimeSpan[2];

    /// <summary>Pieces of which something waits for a model.</summary>
    public int Queued(ModelId model)
    {
        var count = 0;
        foreach (var turn in _turns)
            foreach (var piece in turn.Waiting) count += piece.Model == model ? 1 : 0;
        return count;
    }

    /// <summary>Pieces of neighbours of which something waits for a model.</summary>
    public int Guests(ModelId model)
    {
        var count = 0;
        foreach (var turn in _turns)
            foreach (var piece in turn.Waiting) count += piece.Guest && piece.Model == model ? 1 : 0;
        return count;
    }

    /// <summary>Lane time that work is expected to take which waits for models that are ready.</summary>
    /// <param name="ready">Which are.</param>
    /// <param name="guests">Whether neighbours' work counts.</param>
    public TimeSpan Backlog(Func<ModelId, bool> ready, bool guests)
    {
        var sum = TimeSpan.Zero;
        foreach (var turn in _turns)
        {
            if (turn.Guest && !guests) continue;
            foreach (var piece in turn.Waiting)
                if (ready(piece.Model)) sum += _costs.GetValueOrDefault(piece.Model) * piece.Waiting;
        }
        return sum;
    }

    /// <summary>Lane time of one part of a model's work; null where none has run.</summary>
    public TimeSpan? Cost(ModelId model) => _costs.TryGetValue(model, out var cost) ? cost : null;

    /// <summary>Parts that wait for a model: frames, or crops.</summary>
    public int Parts(ModelId model)
    {
        var count = 0;
        foreach (var turn in _turns)
            foreach (var piece in turn.Waiting) count += piece.Model == model ? piece.Waiting : 0;
        return count;
    }

    /// <summary>When the first of the pieces waiting for a model is due; null where none has a deadline.</summary>
    public TimeSpan? OldestDeadline(ModelId model)
    {
        TimeSpan? oldest = null;
        foreach (var turn in _turns)
            foreach (var piece in turn.Waiting)
                if (piece.Model == model && piece.Submitted.Deadline is { } deadline && !(oldest <= deadline)) oldest = deadline;
        return oldest;
    }

    /// <summary>A piece arrives; it takes its place by the capture time of its frame.</summary>
    public void Add(WorkPiece piece)
    {
        var turn = TurnOf(piece);
        // Who comes back after a pause begins where the others are, and has no time owing.
        if (turn.Waiting.Count == 0 && turn.Used < Served(turn)) turn.Used = Served(turn);
        var place = turn.Waiting.Count;
        while (place > 0 && turn.Waiting[place - 1].Submitted.CapturedAt > piece.Submitted.CapturedAt) place--;
        turn.Waiting.Insert(place, piece);
    }

    /// <summary>Fills a slice for one lane.</summary>
    /// <param name="batch">How much a model takes at once; zero where it is not ready.</param>
    /// <param name="idle">Lanes that idle, this one included.</param>
    /// <param name="slice">Empty.</param>
    /// <returns>The model whose work it is; null where there is nothing that could run.</returns>
    public ModelId? Take(Func<ModelId, int> batch, int idle, LaneSlice slice)
    {
        if (Next(batch, null) is not var (turn, at)) return null;
        var piece = turn.Waiting[at];
        var most = batch(piece.Model);
        TakeParts(turn, at, Share(piece.Waiting, most, Math.Max(1, idle - OthersReady(batch, idle, turn.Guest))), slice);
        // What has failed once is tried alone: it must not take others with it a second time.
        while (!piece.Retried && slice.Work.Count < most && Next(batch, piece.Model) is var (other, place))
            TakeParts(other, place, Math.Min(other.Waiting[place].Waiting, most - slice.Work.Count), slice);
        return piece.Model;
    }

    /// <summary>A slice is over: what its pieces were charged for is put right.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="took">How long its lane was busy with it.</param>
    public void Took(LaneSlice slice, TimeSpan took)
    {
        var model = slice.Pieces[0].Piece.Model;
        var each = Believed(took / slice.Work.Count, _costs.GetValueOrDefault(model));
        for (var i = 0; i < slice.Pieces.Count; i++)
        {
            var (piece, expected) = slice.Pieces[i];
            if (Find(piece.Pipeline) is { } turn) turn.Used += (each * slice.Work.Parts[i].Count) - expected;
        }
        _costs[model] = _costs.TryGetValue(model, out var known) ? known + ((each - known) / 8) : each;
    }

    /// <summary>A pipeline would pay for a jump of the clock with hours of waiting. A model that really became so much slower is known to be so after a few runs.</summary>
    private static TimeSpan Believed(TimeSpan took, TimeSpan known)
    {
        if (took < TimeSpan.Zero) return TimeSpan.Zero;
        return known > TimeSpan.Zero && took > known * MostOverKnown ? known * MostOverKnown : took;
    }

    /// <summary>Takes out all pieces that match.</summary>
    public IReadOnlyList<WorkPiece> TakeAll(Predicate<WorkPiece> match)
    {
        var taken = new List<WorkPiece>();
        foreach (var turn in _turns)
        {
            taken.AddRange(turn.Waiting.FindAll(match));
            turn.Waiting.RemoveAll(match);
        }
        return taken;
    }

    /// <summary>Takes out one piece, where something of it waits.</summary>
    public void Remove(WorkPiece piece) => Find(piece.Pipeline)?.Waiting.Remove(piece);

    /// <summary>A pipeline is gone for good.</summary>
    public void Forget(PipelineId pipeline) => _turns.RemoveAll(t => t.Pipeline == pipeline && t.Waiting.Count == 0);

    /// <summary>What one lane gets of so many parts: all, unless other lanes would idle; then an even share in whole batches.</summary>
    internal static int Share(int parts, int batch, int lanes)
    {
        var each = (parts + lanes - 1) / lanes;
        return Math.Min(parts, (each + batch - 1) / batch * batch);
    }

    private void TakeParts(Turn turn, int at, int parts, LaneSlice slice)
    {
        var piece = turn.Waiting[at];
        var expected = _costs.GetValueOrDefault(piece.Model) * parts;
        slice.Add(piece, parts, expected);
        if (piece.Waiting == 0) turn.Waiting.RemoveAt(at);
        Served(turn) = turn.Used;
        turn.Used += expected;
        // Of those with equal time the one that waited longest goes first.
        _turns.Remove(turn);
        _turns.Add(turn);
    }

    /// <summary>The next piece: of this model, or of any that is ready.</summary>
    private (Turn Turn, int At)? Next(Func<ModelId, int> batch, ModelId? model) => Next(batch, model, guests: false) ?? Next(batch, model, guests: true);

    private (Turn Turn, int At)? Next(Func<ModelId, int> batch, ModelId? model, bool guests)
    {
        (Turn Turn, int At)? best = null;
        foreach (var turn in _turns)
        {
            if (turn.Guest != guests || (best is { } found && found.Turn.Used <= turn.Used)) continue;
            for (var i = 0; i < turn.Waiting.Count; i++)
            {
                if (model is { } only ? turn.Waiting[i].Model != only || turn.Waiting[i].Retried : batch(turn.Waiting[i].Model) == 0) continue;
                best = (turn, i);
                break;
            }
        }
        return best;
    }

    /// <summary>Pieces beside the next one that could keep a lane busy, as far as there are lanes. Neighbours' keep none from this node's own.</summary>
    private int OthersReady(Func<ModelId, int> batch, int most, bool guests)
    {
        var count = -1;
        foreach (var turn in _turns)
        {
            if (turn.Guest && !guests) continue;
            foreach (var piece in turn.Waiting)
                if (batch(piece.Model) > 0 && ++count >= most) return count;
        }
        return Math.Max(0, count);
    }

    /// <summary>Whose work waits, or did.</summary>
    internal int Turns => _turns.Count;

    private ref TimeSpan Served(Turn turn) => ref _served[turn.Guest ? 1 : 0];

    private Turn TurnOf(WorkPiece piece)
    {
        if (Find(piece.Pipeline) is { } known) return known;
        // Neighbours come and go, under names of their own choice: those with nothing here are forgotten.
        if (piece.Guest) _turns.RemoveAll(t => t.Guest && t.Waiting.Count == 0);
        var added = new Turn(piece.Pipeline, piece.Guest);
        added.Used = Served(added);
        _turns.Add(added);
        return added;
    }

    private Turn? Find(PipelineId pipeline)
    {
        foreach (var turn in _turns)
            if (turn.Pipeline == pipeline) return turn;
        return null;
    }

    /// <summary>One pipeline's work and the lane time it has had.</summary>
    private sealed class Turn(PipelineId pipeline, bool guest)
    {
        public PipelineId Pipeline { get; } = pipeline;

        public bool Guest { get; } = guest;

        public List<WorkPiece> Waiting { get; } = [];

        public TimeSpan Used { get; set; }
    }
}
