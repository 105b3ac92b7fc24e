using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <content>Lanes: what they get, what comes of it, and those that take too long or die.</content>
internal sealed partial class WorkBoard
{
    private void StartLane() => _lanes.Add(slice => Context.Watch(Context.ActorOf(
        Props.Create(() => new LaneActor(slice.Lane, slice)).WithDispatcher(ServingHosting.LaneDispatcher), $"lane-{slice.Lane}")));

    private void OnIdle(Idle idle)
    {
        if (_lanes[idle.Lane] is not { } lane) return;
        lane.Rest(_time.Instant());
        Dispatch();
    }

    private void Dispatch()
    {
        while (_lanes.Idle is { } lane && _policy.Take(_batch, _lanes.IdleCount, lane.Slice) is { } model)
        {
            var entry = Entry(model);
            entry.Running++;
            (lane.Slice.Session, lane.Slice.Variant) = (entry.Session, entry.Variant);
            var now = _time.Instant();
            // Before it is off: the lane's thread has it then.
            for (var i = 0; i < lane.Slice.Pieces.Count; i++) lane.Slice.Pieces[i].Piece.Submitted.Work.Times?.Start(now, entry.Lease);
            lane.Start(now, now + _settings.RunTimeout);
            Watch(_settings.RunTimeout);
        }
    }

    private void OnRan(Ran ran)
    {
        var slice = ran.Slice;
        if (_lanes[slice.Lane] is not { } lane) return;
        if (lane.Lost)
        {
            // What it still held goes back now; it was answered when the lane was given up.
            _log.Info("Lane {Lane} came out after it was given up", lane.Number);
            foreach (var (piece, _) in slice.Pieces) SliceOver(piece);
            slice.Clear();
            Context.Stop(lane.Actor);
            return;
        }
        var now = _time.Instant();
        // A run that took longer would have been given up: the clock has jumped.
        var bound = _settings.RunTimeout + _settings.LostAfter;
        _policy.Took(slice, now - lane.Since < bound ? now - lane.Since : bound);
        var entry = Entry(slice.Pieces[0].Piece.Model);
        entry.Running--;
        if (slice.Failure is { } failure) OnFailedRun(entry, slice, failure);
        else (entry.CompletedRuns, entry.FailuresInARow) = (entry.CompletedRuns + 1, 0);
        var (variant, count) = (slice.Variant, slice.Pieces.Count);
        for (var i = 0; i < count; i++)
        {
            if (slice.Pieces[i].Piece.Submitted.Work.Times is { } times) times.Ended = now;
            SliceOver(slice.Pieces[i].Piece, variant);
        }
        slice.Clear();
        lane.Rest(now);
        Dispatch();
        Report(entry);
        SayIfDrained(entry);
    }

    private void OnFailedRun(ModelEntry entry, LaneSlice slice, LaneFailure failure)
    {
        entry.FailuresInARow++;
        var why = failure.Terminated
            ? new PieceFailure("run-timeout", $"model '{entry.Id}' ran longer than {_settings.RunTimeout.TotalSeconds:0.###} s and was terminated")
            : new PieceFailure("run-failed", failure.Reason, MayRetry: true);
        foreach (var (piece, _) in slice.Pieces) Spoil(piece, why);
        if (entry.FailuresInARow < FailuresThatStopASession || !entry.Ready) return;
        _log.Warning("Model {Model} failed {Count} runs in a row: {Reason}", entry.Id, entry.FailuresInARow, failure.Reason);
        entry.Failing = true;
        entry.Actor?.Tell(new ModelFailing(entry.Id, failure.Reason));
    }

    /// <summary>A lane is through with a slice of a piece: the last one out answers it, or has it begin anew.</summary>
    private void SliceOver(WorkPiece piece, string? variant = null)
    {
        piece.SliceOver();
        if (!piece.IsOver) return;
        if (piece.Answered)
        {
            piece.Submitted.Work.Release();
            return;
        }
        if (piece.Failure is not { } failure)
        {
            piece.Answered = true;
            Sample(piece);
            piece.Submitted.Work.Release();
            piece.From.Tell(new Completed(piece.Submitted.Id) { Variant = variant, LanesIdle = _lanes.IdleTime(_time.Instant()) });
            return;
        }
        // Nobody waits for a retry of work that was withdrawn meanwhile, or whose submitter is dead.
        if (failure.MayRetry && !piece.Retried && Entry(piece.Model).Unavailable is null && _submitters.Contains(piece.From))
        {
            piece.Retry();
            _policy.Add(piece);
            return;
        }
        Give(piece, failure);
    }

    /// <summary>A piece has to fail: nothing more of it is handed out.</summary>
    private void Spoil(WorkPiece piece, PieceFailure why)
    {
        if (piece.Waiting > 0 && piece.Failure is null) _policy.Remove(piece);
        piece.Fail(why);
    }

    /// <summary>Answers a piece of which nothing waits on the board any more, at once or when the last lane is through with it.</summary>
    private static void Give(WorkPiece piece, PieceFailure why)
    {
        piece.Fail(why);
        if (piece.Slices > 0 || piece.Answered) return;
        piece.Answered = true;
        piece.Submitted.Work.Release();
        piece.From.Tell(new WorkFailed(piece.Submitted.Id, piece.Failure!.Reason, piece.Failure.Detail));
    }

    /// <summary>Nobody waits for a piece any more: it goes when the last lane is through with it.</summary>
    private static void GiveUp(WorkPiece piece)
    {
        piece.Answered = true;
        if (piece.Slices == 0) piece.Submitted.Work.Release();
    }

    /// <summary>One timer serves all runs: it goes off when the first of them is due.</summary>
    private void Watch(TimeSpan after)
    {
        if (_watching) return;
        (_watching, _watchAt) = (true, _time.Instant() + after);
        Timers.StartSingleTimer(WatchRuns.Instance, WatchRuns.Instance, after);
    }

    private void OnWatchRuns()
    {
        _watching = false;
        var now = _time.Instant();
        if ((now - _watchAt).Duration() > StoodStill) OnClockJumped(now);
        foreach (var lane in _lanes.All.ToArray())
        {
            if (!(lane.Due <= now)) continue;
            if (lane.Terminated) OnLost(lane);
            else OnTooLong(lane, now);
        }
        if (_lanes.FirstDue is { } next) Watch(next > now ? next - now : TimeSpan.FromMilliseconds(1));
    }

    /// <summary>Runs stood still too. How much of the time was theirs nobody knows, so their bounds begin anew.</summary>
    private void OnClockJumped(TimeSpan now)
    {
        _log.Warning("The clock was {Jump} past what was waited for: runs that go on get their whole time again", now - _watchAt);
        foreach (var lane in _lanes.All)
            if (lane.Due is not null) lane.Due = now + (lane.Terminated ? _settings.LostAfter : _settings.RunTimeout);
    }

    private void OnTooLong(LanePool.Lane lane, TimeSpan now)
    {
        _log.Warning("Lane {Lane} has run {Work} on {Model} too long; terminating", lane.Number, lane.Slice.Pieces[0].Piece.Submitted.Id, lane.Slice.Pieces[0].Piece.Model);
        (lane.Terminated, lane.Due) = (true, now + _settings.LostAfter);
        lane.Slice.Session?.Terminate(lane.Number);
    }

    private void OnLost(LanePool.Lane lane)
    {
        var first = lane.Slice.Pieces[0].Piece;
        _log.Error("Lane {Lane} is lost in {Work} on {Model}; a new lane takes its place", lane.Number, first.Submitted.Id, first.Model);
        (lane.Lost, lane.Due) = (true, null);
        var entry = Entry(first.Model);
        entry.Running--;
        foreach (var (piece, _) in lane.Slice.Pieces)
        {
            // The piece is answered, but its hold on the buffer stays until the lane comes out: it may still be reading.
            Spoil(piece, new PieceFailure("run-timeout", $"a run of model '{entry.Id}' never came back"));
            if (piece.Answered) continue;
            piece.Answered = true;
            piece.From.Tell(new WorkFailed(piece.Submitted.Id, piece.Failure!.Reason, piece.Failure.Detail));
        }
        entry.Actor?.Tell(new LaneLost(entry.Id, lane.Number));
        StartLane();
        Report(entry);
    }

    /// <summary>A lane that stopped is out of its run: its work fails, and a new lane takes its place.</summary>
    private void OnLaneDied(LanePool.Lane lane)
    {
        _lanes.Remove(lane, _time.Instant());
        foreach (var model in _models.Values) model.Session?.CloseLane(lane.Number);
        if (!lane.Lost) StartLane();
        if (lane.Slice.Pieces.Count == 0) return;
        var entry = Entry(lane.Slice.Pieces[0].Piece.Model);
        if (!lane.Lost) entry.Running--;
        foreach (var (piece, _) in lane.Slice.Pieces)
        {
            Spoil(piece, new PieceFailure("lane-lost", $"lane {lane.Number} stopped"));
            SliceOver(piece);
        }
        SayIfDrained(entry);
    }
}
