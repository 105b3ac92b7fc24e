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

    private readonly Dictionary<long, Entry> _frames = [];
    /// <summary>Entries of frames that are over, for those to come.</summary>
    private readonly Stack<Entry> _spare = [];
    private readonly int[] _inStage = new int[Enum.GetValues<FrameStage>().Length];
    private readonly Dictionary<string, long> _dropped = [];
    private readonly Dictionary<string, long> _failed = [];
    private long _next;
    private long _nextToHandOn;
    private long _classified;
    private long _empty;

    /// <summary>Credits out: frames in flight, and kits that wait for a frame.</summary>
    public int CreditsOut { get; private set; }

    /// <summary>Credits to be had.</summary>
    public int FreeCredits => Window - CreditsOut;

    /// <summary>Frames that may be in flight. Lowered below those that are, it is reached as they end.</summary>
    public int Window { get; set; } = window;

    /// <summary>Frames captured whose credit has not come back.</summary>
    public int InFlight { get; private set; }

    /// <summary>Frames captured whose outcome was not handed on yet; those that were handed on need no model any more.</summary>
    public int Unfinished { get; private set; }

    /// <summary>Frames captured so far, those overtaken included.</summary>
    public long Captured => _next;

    /// <summary>Entries that were made: of frames that are not over, and kept for those to come. Never more than were not over at once.</summary>
    public int Entries => _frames.Count + _spare.Count;

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
    public FrameId Capture(TimeSpan now, SinkSet drawingSinks, int waitingSinks)
    {
        var id = new FrameId(_next++);
        if (!_spare.TryPop(out var entry)) entry = new Entry();
        entry.Begin(now, drawingSinks, waitingSinks);
        _frames.Add(id.Number, entry);
        _inStage[(int)FrameStage.Detect]++;
        InFlight++;
        Unfinished++;
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
    public IReadOnlyList<FrameId> In(FrameStage stage) => [.. _frames.Where(f => f.Value.Stage == stage).Select(f => f.Key).Order().Select(n => new FrameId(n))];

    /// <summary>Frames now in a stage.</summary>
    public int CountIn(FrameStage stage) => _inStage[(int)stage];

    /// <summary>A frame goes on to a stage; false where it has its outcome already or is gone.</summary>
    public bool Move(FrameId id, FrameStage stage)
    {
        if (!_frames.TryGetValue(id.Number, out var entry) || entry.Outcome is not null) return false;
        Enter(entry, stage);
        return true;
    }

    /// <summary>A frame gets its outcome; false where it has one already: the first wins.</summary>
    public bool Conclude(FrameId id, FrameOutcome outcome)
    {
        if (!_frames.TryGetValue(id.Number, out var entry) || entry.Outcome is not null) return false;
        entry.Outcome = outcome;
        Enter(entry, FrameStage.Concluded);
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
        // A number without a frame is a live one's that was overtaken.
        for (; _nextToHandOn < _next; _nextToHandOn++)
        {
            if (!_frames.TryGetValue(_nextToHandOn, out var entry)) continue;
            if (entry.Outcome is null) return null;
            entry.HandedOn = true;
            Unfinished--;
            return (new FrameId(_nextToHandOn++), entry.Outcome);
        }
        return null;
    }

    /// <summary>A holder lets a frame's pixels go.</summary>
    /// <returns>Whether nobody holds them any more: they go back now, and only now.</returns>
    public bool LetGo(FrameId id, int holder)
    {
        if (!_frames.TryGetValue(id.Number, out var entry) || !entry.LetGo(holder) || entry.IsHeld) return false;
        if (entry.CreditBack) Forget(id, entry);
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
        InFlight--;
        if (!entry.IsHeld) Forget(id, entry);
        return true;
    }

    private static void Count(Dictionary<string, long> counts, string reason) => counts[reason] = counts.GetValueOrDefault(reason) + 1;

    private void Enter(Entry entry, FrameStage stage)
    {
        _inStage[(int)entry.Stage]--;
        _inStage[(int)stage]++;
        entry.Stage = stage;
    }

    private void Forget(FrameId id, Entry entry)
    {
        _inStage[(int)entry.Stage]--;
        _frames.Remove(id.Number);
        _spare.Push(entry);
    }

    private sealed class Entry
    {
        private bool _heldByStages;
        private SinkSet _heldBy;

        public TimeSpan CapturedAt { get; private set; }
        public int SinksLeft { get; set; }
        public FrameStage Stage { get; set; }
        public FrameOutcome? Outcome { get; set; }
        public bool HandedOn { get; set; }
        public bool CreditBack { get; set; }
        public bool IsHeld => _heldByStages || !_heldBy.IsEmpty;

        public void Begin(TimeSpan now, SinkSet drawing, int sinks)
        {
            (CapturedAt, SinksLeft, Stage, Outcome, HandedOn, CreditBack) = (now, sinks, FrameStage.Detect, null, false, false);
            (_heldByStages, _heldBy) = (true, drawing);
        }

        /// <summary>Whether it held them.</summary>
        public bool LetGo(int holder)
        {
            var held = holder == Stages ? _heldByStages : _heldBy.Contains(holder);
            if (holder == Stages) _heldByStages = false;
            else _heldBy = _heldBy.Without(holder);
            return held;
        }
    }
}
