namespace ActorPipeline.Pipeline;

/// <summary>Plays a pipeline against a ledger of frames, keeps books of its own, and checks the invariants after every event.</summary>
internal sealed class FrameLedgerDriver(int window, int drawing, int waiting)
{
    private sealed class Frame(FrameId id, int waiting, IEnumerable<int> holders)
    {
        public FrameId Id { get; } = id;
        public FrameOutcome? Outcome { get; set; }
        public bool HandedOn { get; set; }
        public int SinksLeft { get; set; } = waiting;
        public bool CreditBack { get; set; }
        public HashSet<int> Holders { get; } = [.. holders];
    }

    private static readonly FrameOutcome[] Outcomes =
    [
        new FrameOutcome.Classified(), new FrameOutcome.Empty(), new FrameOutcome.Dropped("late"), new FrameOutcome.Failed("run-failed", "x"),
        new FrameOutcome.Failed("shutdown", ""),
    ];

    private readonly FrameLedger _ledger = new(window);
    private readonly List<Frame> _frames = [];
    private int _kits;
    private long _overtaken;

    public void Play(byte what, byte which, byte how)
    {
        switch (what % 12)
        {
            case 0 or 1: TakeCredit(); break;
            case 2 or 3: Capture(); break;
            case 4: if (how % 4 == 0 && _kits > 0) { _ledger.ReturnCredit(); _kits--; } break;
            case 5: _ledger.Overtaken(); _overtaken++; break;
            case 6: Move(Pick(which), (FrameStage)(how % 3)); break;
            case 7: Conclude(Pick(which), Outcomes[how % Outcomes.Length]); break;
            case 8: HandOnAll(); break;
            case 9: LetGo(Pick(which), (how % (drawing + 2)) - 1); break;
            case 10: Acknowledge(Pick(which)); break;
            case 11: End(Pick(which)); break;
        }
        Check();
    }

    /// <summary>Everybody finishes: no frame, hold or credit may be left.</summary>
    public void DriveToTheEnd()
    {
        foreach (var frame in _frames.ToArray())
        {
            Conclude(frame, new FrameOutcome.Failed("shutdown", ""));
            HandOnAll();
            while (frame.SinksLeft > 0) Acknowledge(frame);
            foreach (var holder in frame.Holders.ToArray()) LetGo(frame, holder);
            End(frame);
            Check();
            Assert.False(_ledger.Knows(frame.Id));
        }
        Assert.Equal((0, _kits), (_ledger.InFlight, _ledger.CreditsOut));
        Assert.Equal(_ledger.Totals.Captured, _ledger.Totals.Concluded);
    }

    private void TakeCredit()
    {
        var free = _kits + _frames.Count(f => !f.CreditBack) < window;
        Assert.Equal(free, _ledger.TryTakeCredit());
        if (free) _kits++;
    }

    private void Capture()
    {
        if (_kits == 0) return;
        _kits--;
        var id = _ledger.Capture(TimeSpan.FromSeconds(_frames.Count), Enumerable.Range(0, drawing).Aggregate(SinkSet.None, (set, sink) => set.With(sink)), waiting);
        Assert.Equal(_frames.Count + _overtaken, id.Number);
        _frames.Add(new Frame(id, waiting, Enumerable.Range(FrameLedger.Stages, drawing + 1)));
    }

    private void Move(Frame? frame, FrameStage stage)
    {
        if (frame is not null) Assert.Equal(frame.Outcome is null, _ledger.Move(frame.Id, stage));
    }

    private void Conclude(Frame? frame, FrameOutcome outcome)
    {
        if (frame is null) return;
        Assert.Equal(frame.Outcome is null, _ledger.Conclude(frame.Id, outcome));
        frame.Outcome ??= outcome;
    }

    private void HandOnAll()
    {
        while (_ledger.HandOn() is { } next)
        {
            var frame = _frames.First(f => !f.HandedOn);
            Assert.Equal((frame.Id, frame.Outcome), (next.Id, next.Outcome));
            frame.HandedOn = true;
        }
        Assert.True(_frames.FirstOrDefault(f => !f.HandedOn) is null or { Outcome: null }, "the next frame has its outcome but was not handed on");
    }

    private void LetGo(Frame? frame, int holder)
    {
        if (frame is null) return;
        var last = frame.Holders.Remove(holder) && frame.Holders.Count == 0;
        Assert.Equal(last, _ledger.LetGo(frame.Id, holder));
    }

    private void Acknowledge(Frame? frame)
    {
        if (frame is not { SinksLeft: > 0 }) return;
        frame.SinksLeft--;
        _ledger.Acknowledge(frame.Id);
    }

    private void End(Frame? frame)
    {
        if (frame is null) return;
        var ends = frame is { HandedOn: true, SinksLeft: 0, CreditBack: false };
        Assert.Equal(ends, _ledger.TryEnd(frame.Id));
        frame.CreditBack |= ends;
    }

    private void Check()
    {
        var inFlight = _frames.Count(f => !f.CreditBack);
        Assert.Equal((inFlight, inFlight + _kits), (_ledger.InFlight, _ledger.CreditsOut));
        Assert.InRange(_ledger.CreditsOut, 0, window);
        Assert.Equal(window - _ledger.CreditsOut, _ledger.FreeCredits);
        Assert.Equal(_frames.Count + _overtaken, _ledger.Totals.Captured);
        Assert.Equal(_frames.Count(f => f.Outcome is not null) + _overtaken, _ledger.Totals.Concluded);
        foreach (var frame in _frames) Assert.Equal(!frame.CreditBack || frame.Holders.Count > 0, _ledger.Knows(frame.Id));
    }

    private Frame? Pick(byte which) => _frames.Count == 0 ? null : _frames[which % _frames.Count];
}
