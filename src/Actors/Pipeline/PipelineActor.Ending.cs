using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <content>The ending: the source's, a drain's, a lost sink's, a lost stage's.</content>
internal sealed partial class PipelineActor
{
    private void OnCaptureEnded(CaptureEnded ended)
    {
        (_sourceEnded, _capturing) = (true, false);
        foreach (var spare in ended.Spares) _kits?.Return(spare);
        if (ended.Lost is { } lost)
        {
            _failure ??= $"source '{_settings.Source}': {lost}";
            _log.Error("Source of {Pipeline} is lost: {Reason}", _settings.Id, lost);
        }
        Foresee();
        EndWhenDrained();
    }

    private void OnDrain(DrainPipeline drain)
    {
        BeginDrain(drain.Bound);
        Foresee();
        EndWhenDrained();
    }

    private void BeginDrain(TimeSpan bound)
    {
        if (!_draining && !_sourceEnded) _capture.Tell(new StopCapture());
        _draining = true;
        Timers.StartSingleTimer(nameof(DrainBound), new DrainBound(), bound);
    }

    /// <summary>What is left ends here as failed. Sinks get it all the same, and have until the closing bound to take it.</summary>
    private void OnDrainBound()
    {
        (_sourceEnded, _givenUp) = (true, true);
        // Before any buffer is let go: no stage may still work on one, or have one on the board, when the pool is freed; and none gets more work.
        foreach (var stage in _stages.All)
        {
            _abandoning.Add(stage);
            stage.Tell(new AbandonWork());
        }
        foreach (var id in _tasks.Keys.Order(Comparer<FrameId>.Create((a, b) => a.Number.CompareTo(b.Number))).ToArray())
            Conclude(id, new FrameOutcome.Failed("shutdown", ""));
        if (!_closing) Close();
    }

    /// <summary>A sink takes no more: what it has not taken counts as taken, and the pipeline drains.</summary>
    private void OnSinkLost(SinkBook.Sink sink, string reason)
    {
        if (!sink.Alive) return;
        _log.Error("Sink of {Pipeline} is lost: {Reason}", _settings.Id, reason);
        sink.Alive = false;
        _failure ??= reason;
        if (!_draining && !_closing) BeginDrain(_parts.DrainTimeout);
        foreach (var (id, task) in _tasks.Where(t => t.Value.Sinks.Contains(sink.Index)).ToArray())
        {
            task.Sinks = task.Sinks.Without(sink.Index);
            if (sink.Waits) _ledger.Acknowledge(id);
            LetGo(id, sink.Index);
            End(id);
        }
        EndWhenDrained();
    }

    private void OnTerminated(Terminated terminated)
    {
        _abandoning.Remove(terminated.ActorRef);
        if (terminated.ActorRef.Equals(_capture))
        {
            _capturing = false;
            _kits?.Reclaim();
            while (_ledger.CreditsOut > _ledger.InFlight) _ledger.ReturnCredit();
            if (!_sourceEnded) OnCaptureEnded(new CaptureEnded("the capture stage stopped", []));
            EndWhenDrained();
            return;
        }
        if (_sinks.All.FirstOrDefault(s => s.Actor.Equals(terminated.ActorRef)) is { } sink)
        {
            OnSinkLost(sink, $"sink '{sink.Settings.Name}' stopped");
            return;
        }
        if (_stages.Replace(terminated.ActorRef) is not { } stage) return;
        var lost = new FrameOutcome.Failed("stage-lost", $"the {stage.Stage} stage stopped");
        foreach (var id in _ledger.In(stage.Stage))
        {
            // Frames that wait to be followed have not been there yet.
            if (stage.Stage == FrameStage.Crop && _follower is not null && id.Number >= _nextToFollow) continue;
            if (stage.Classifier is { } classifier) FailClassifier(id, classifier, lost);
            else Conclude(id, lost);
        }
    }

    private void EndWhenDrained()
    {
        // A kit may still be on its way to capture and back: its credit is out until then.
        if (_sourceEnded && _ledger.CreditsOut == 0 && _kits is not null && !_closing) Close();
    }

    private void Close()
    {
        _closing = true;
        Become(Closing);
        Timers.Cancel(nameof(DrainBound));
        Timers.StartSingleTimer(nameof(CloseBound), new CloseBound(), CloseWithin);
        foreach (var sink in _sinks.Alive) sink.Actor.Tell(new CloseSink());
        EndWhenClosed();
    }

    private void OnCloseBound()
    {
        _abandoning.Clear();
        foreach (var sink in _sinks.Alive.Where(s => !s.Closed))
        {
            // It may still be drawing: its pixels stay with it.
            sink.Alive = false;
            _sinkAbandoned = true;
            _failure ??= sink.SlotsTaken > 0
                ? $"sink '{sink.Settings.Name}' is blocked and was given up"
                : $"sink '{sink.Settings.Name}' could not be closed in time and was given up";
        }
        EndWhenClosed();
    }

    private void EndWhenClosed()
    {
        if (_abandoning.Count > 0 || _sinks.Alive.Any(s => !s.Closed)) return;
        _ended = true;
        Become(Ended);
        Timers.CancelAll();
        var outstanding = _kits?.Outstanding ?? 0;
        // Freed before the charge ends: what is not charged any more must not be there any more.
        _kits?.Dispose();
        Context.Parent.Tell(new PipelineEnded(
            _settings.Id, _ledger.Totals, _failure, _sinks.Drops, outstanding, _sinkAbandoned || _capturing || _ledger.CreditsOut > 0)
        {
            Interruptions = _interruptions,
        });
        Context.Stop(Self);
    }

    /// <summary>It is stopped before its end, by an error of its own: its frames still get their outcome, and their numbers are still told.</summary>
    private void EndLost()
    {
        if (_kits is null) return;
        var lost = new FrameOutcome.Failed("pipeline-lost", "");
        foreach (var id in _ledger.In(FrameStage.Detect).Concat(_ledger.In(FrameStage.Crop)).Concat(_ledger.In(FrameStage.Classify)))
            _ledger.Conclude(id, lost);
        _kits.Reclaim();
        var outstanding = _kits.Outstanding;
        _kits.Dispose();
        Context.Parent.Tell(new PipelineEnded(
            _settings.Id, _ledger.Totals, $"pipeline '{_settings.Id}' stopped", _sinks.Drops, outstanding, Abandoned: false)
        {
            Interruptions = _interruptions,
        });
    }

    /// <summary>Nothing more is to be said.</summary>
    private void Ended() => ReceiveAny(_ => { });
}
