namespace ActorPipeline.Pipeline;

/// <summary>Where a frame is.</summary>
internal enum FrameStage
{
    Detect,
    Crop,
    Classify,

    /// <summary>It has its outcome; it may still wait for frames before it, or for sinks.</summary>
    Concluded,
}

/// <summary>
/// Every frame of one pipeline: where it is, who holds its pixels, its credit, its one outcome (the first wins), its order.
/// Pure: no clock, no messages, no pixels. Frames in flight never exceed the window.
/// </summary>
internal sealed class FrameLedger(int window)
{
    /// <summary>The stages' common hold on a frame's pixels; sinks have holders 0, 1, ...</summary>
    public const int Stages = -1;

    private readonly SortedDictionary<long, Entry> _frames = [];
    private readonly Dictionary<string, long> _dropped = [];
    private readonly Dictionary<string, long> _failed = [];
    private long _next;
    private long _nextToHandOn;
    private long _classified;
    private long _empty;

    /// <summary>Credits out: frames in flight, and kits that wait for a frame.</summary>
    public int CreditsOut { get; private set; }

    /// <summary>Credits to be had.</summary>
    public int FreeCredits => window - CreditsOut;

    /// <summary>Frames captured whose credit has not come back.</summary>
    public int InFlight => _frames.Values.Count(f => !f.CreditBack);

    /// <summary>Frames captured whose outcome was not handed on yet; those that were handed on need no model any more.</summary>
    public int Unfinished => _frames.Values.Count(f => !f.HandedOn);

    /// <summary>What came of all frames so far.</summary>
    public FrameTotals Totals => new(_next, _classified, _empty, new Dictionary<string, long>(_dropped), new Dictionary<string, long>(_failed));

    /// <summary>Takes a credit for a frame to come; false while the window is full.</summary>
    public bool TryTakeCredit()
    {
        if (FreeCredits <= 0) return false;
        CreditsOut++;
        return true;
    }

    /// <summary>A credit comes back unused.</summary>
    public void ReturnCredit() => CreditsOut--;

    /// <summary>A frame was captured under a credit taken before.</summary>
    /// <param name="now">When.</param>
    /// <param name="drawingSinks">Sinks that need its pixels; each holds them until it has taken the frame.</param>
    /// <param name="waitingSinks">Sinks that must take it before its credit comes back.</param>
    public FrameId Capture(TimeSpan now, IEnumerable<int> drawingSinks, int waitingSinks)
    {
        var id = new FrameId(_next++);
        var entry = new Entry { CapturedAt = now, SinksLeft = waitingSinks };
        entry.Holders.Add(Stages);
        entry.Holders.UnionWith(drawingSinks);
        _frames.Add(id.Number, entry);
        return id;
    }

    /// <summary>A live frame was captured and overtaken before it had a credit: it is counted, and nothing else.</summary>
    public void Overtaken()
    {
        _next++;
        Count(_dropped, "overtaken");
    }

    /// <summary>When a frame was captured.</summary>
    public TimeSpan CapturedAt(FrameId id) => _frames[id.Number].CapturedAt;

    /// <summary>Whether a frame is still in flight.</summary>
    public bool Knows(FrameId id) => _frames.ContainsKey(id.Number);

    /// <summary>Frames now in a stage, oldest first.</summary>
    public IReadOnlyList<FrameId> In(FrameStage stage) => [.. _frames.Where(f => f.Value.Stage == stage).Select(f => new FrameId(f.Key))];

    /// <summary>Frames now in a stage.</summary>
    public int CountIn(FrameStage stage) => _frames.Values.Count(f => f.Stage == stage);

    /// <summary>A frame goes on to a stage; false where it has its outcome already or is gone.</summary>
    public bool Move(FrameId id, FrameStage stage)
    {
        if (!_frames.TryGetValue(id.Number, out var entry) || entry.Outcome is not null) return false;
        entry.Stage = stage;
        return true;
    }

    /// <summary>A frame gets its outcome; false where it has one already: the first wins.</summary>
    public bool Conclude(FrameId id, FrameOutcome outcome)
    {
        if (!_frames.TryGetValue(id.Number, out var entry) || entry.Outcome is not null) return false;
        (entry.Outcome, entry.Stage) = (outcome, FrameStage.Concluded);
        switch (outcome)
        {
            case FrameOutcome.Classified: _classified++; break;
            case FrameOutcome.Empty: _empty++; break;
            case FrameOutcome.Dropped(var reason): Count(_dropped, reason); break;
            case FrameOutcome.Failed(var reason, _): Count(_failed, reason); break;
        }
        return true;
    }

    /// <summary>The next frame in capture order that has its outcome and was not handed on; null while it has none.</summary>
    public (FrameId Id, FrameOutcome Outcome)? HandOn()
    {
        foreach (var (number, entry) in _frames)
        {
            if (number < _nextToHandOn || entry.HandedOn) continue;
            if (entry.Outcome is null) return null;
            entry.HandedOn = true;
            _nextToHandOn = number + 1;
            return (new FrameId(number), entry.Outcome);
        }
        return null;
    }

    /// <summary>A holder lets a frame's pixels go.</summary>
    /// <returns>Whether nobody holds them any more: they go back now, and only now.</returns>
    public bool LetGo(FrameId id, int holder)
    {
        if (!_frames.TryGetValue(id.Number, out var entry) || !entry.Holders.Remove(holder) || entry.Holders.Count > 0) return false;
        if (entry.CreditBack) _frames.Remove(id.Number);
        return true;
    }

    /// <summary>A waiting sink has taken a frame, or will never take it.</summary>
    public void Acknowledge(FrameId id)
    {
        if (_frames.TryGetValue(id.Number, out var entry)) entry.SinksLeft--;
    }

    /// <summary>Returns the credit of a frame that was handed on and acknowledged by every waiting sink.</summary>
    /// <returns>Whether the credit came back now.</returns>
    public bool TryEnd(FrameId id)
    {
        if (!_frames.TryGetValue(id.Number, out var entry) || !entry.HandedOn || entry.SinksLeft > 0 || entry.CreditBack) return false;
        entry.CreditBack = true;
        CreditsOut--;
        if (entry.Holders.Count == 0) _frames.Remove(id.Number);
        return true;
    }

    private static void Count(Dictionary<string, long> counts, string reason) => counts[reason] = counts.GetValueOrDefault(reason) + 1;

    private sealed class Entry
    {
        public required TimeSpan CapturedAt { get; init; }
        public required int SinksLeft { get; set; }
        public FrameStage Stage { get; set; }
        public FrameOutcome? Outcome { get; set; }
        public bool HandedOn { get; set; }
        public bool CreditBack { get; set; }
        public HashSet<int> Holders { get; } = [];
    }
}
