using ActorPipeline.Sinks;
using ActorPipeline.Sources;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <content>The way of a frame: captured, detected, cropped, classified, handed on, let go.</content>
internal sealed partial class PipelineActor
{
    private void GrantKits()
    {
        while (!_sourceEnded && !_draining && !_paused && _ledger.TryTakeCredit())
        {
            if (_kits!.TryTake() is { } kit)
            {
                _capture.Tell(new KitGranted(kit));
                continue;
            }
            _ledger.ReturnCredit();
            return;
        }
    }

    private void OnKitReturned(KitReturned returned)
    {
        _kits?.Return(returned.Kit);
        _ledger.ReturnCredit();
        EndWhenDrained();
    }

    private void OnCaptured(FrameCaptured captured)
    {
        _kits!.Captured(captured.Kit);
        if (!_spareTasks.TryPop(out var task)) task = new FrameTask(_parts.Classifiers);
        var sinks = _sinks.ReserveAtCapture();
        task.Begin(captured.Kit, captured.Result, sinks);
        var id = _ledger.Capture(captured.At, task.Frame is null ? SinkSet.None : _sinks.Drawing(sinks), _sinks.Waiting(sinks));
        _tasks.Add(id, task);
        task.Trace = _tracer.Begin(captured.AskedAt, captured.At, 1 + _parts.Classifiers.Count);
        Context.System.EventStream.Publish(new FrameEntered(captured.At, _settings.Id, _ledger.InFlight));
        if (captured.Result is SourceRead.Unreadable(var reason, _))
        {
            Conclude(id, new FrameOutcome.Failed("unreadable", reason));
        }
        else
        {
            Look(id, task, captured.At);
        }
        Foresee();
    }

    private void OnOvertaken()
    {
        _ledger.Overtaken();
        Context.System.EventStream.Publish(new FrameDropped(_parts.Time.Instant(), _settings.Id, "overtaken"));
    }

    private void OnServed(FrameServed served)
    {
        // A neighbour's lanes say nothing of those here.
        if (served.Node is null) (_lanesIdle, _lanesIdleAt) = (served.LanesIdle, _parts.Time.Instant());
        if (served.Stage == 0) OnDetected(served);
        else OnClassified(served);
    }

    private void OnDetected(FrameServed detected)
    {
        if (!_ledger.Move(detected.Frame, FrameStage.Crop)) return;
        var task = _tasks[detected.Frame];
        task.SeenBy(_settings.Detect, detected.Variant, detected.Node);
        task.Trace?.Answer(0, _parts.Time.Instant(), detected.Variant, detected.Node);
        task.Found(_only);
        if (_follower is not null)
        {
            FollowOn();
        }
        else
        {
            task.ChooseBest(_settings.MaxCrops, _routing!);
            CropChosen(detected.Frame, task);
        }
        Foresee();
    }

    /// <summary>It is known what is on a frame, and what of it is to be classified.</summary>
    private void CropChosen(FrameId id, FrameTask task)
    {
        if (task.Detections.Count == 0)
            Conclude(id, FrameOutcome.Empty.Instance);
        else if (_parts.Classifiers.Count == 0 || task.Chosen.Count == 0)
            Conclude(id, FrameOutcome.Classified.Instance);
        else
            Crop(id, task);
    }

    private void OnStageFailed(StageFailed failed)
    {
        var outcome = new FrameOutcome.Failed(failed.Reason, failed.Detail);
        if (_tasks.TryGetValue(failed.Frame, out var task)) task.Trace?.Fail(failed.Stage, _parts.Time.Instant(), failed.Reason);
        if (failed.Stage == 0) Conclude(failed.Frame, outcome);
        else FailClassifier(failed.Frame, failed.Stage - 1, outcome);
    }

    private void Conclude(FrameId id, FrameOutcome outcome)
    {
        if (!_ledger.Conclude(id, outcome)) return;
        var task = _tasks[id];
        if (outcome is FrameOutcome.Failed(var reason, var detail))
        {
            task.Failed = true;
            _log.Warning("Frame {Frame} failed: {Reason} {Detail}", id, reason, detail);
        }
        task.IsOver = true;
        _follower?.Conclude(id, task);
        task.ReleaseCrops();
        LetGo(id, FrameLedger.Stages);
        while (_ledger.HandOn() is { } next) HandOn(next.Id, next.Outcome);
        FollowOn();
        Advance();
    }

    private void HandOn(FrameId id, FrameOutcome outcome)
    {
        var task = _tasks[id];
        task.Sinks = task.Sinks.With(_sinks.ReserveAtOutcome());
        var now = _parts.Time.Instant();
        var latency = now - _ledger.CapturedAt(id);
        // Frames in flight, and not kits that wait for one: what holds frames back is the window, and not the source.
        if (!_paused) _window.Concluded(now, latency, _lanesIdle, _lanesIdleAt, full: _ledger.InFlight >= _ledger.Window);
        _ledger.Window = _window.Window;
        if (!task.Sinks.IsEmpty) Deliver(id, task, _reporter!.Report(id, task, outcome, latency));
        Context.System.EventStream.Publish(new FrameConcluded(
            now, _settings.Id, id, outcome, latency, outcome is FrameOutcome.Classified ? task.Crops : 0, _ledger.InFlight)
        {
            Window = _ledger.Window, Reused = outcome is FrameOutcome.Classified ? _follower?.CountReused(id, task) ?? 0 : 0,
        });
        if (task.Trace is { } trace) _tracer.End(trace, id, outcome, outcome is FrameOutcome.Classified ? task.Crops : 0, now);
        _follower?.HandedOn(id);
        End(id);
    }

    private void Deliver(FrameId id, FrameTask task, FrameReport report)
    {
        foreach (var sink in _sinks.All)
            if (task.Sinks.Contains(sink.Index)) sink.Actor.Tell(new Deliver(id, report, sink.Draws && task.Frame is not null ? task.Pixels : null));
    }

    private void OnDelivered(SinkBook.Sink sink, Delivered delivered)
    {
        var id = delivered.Frame;
        sink.Dropped = delivered.Dropped;
        if (!_tasks.TryGetValue(id, out var task) || !task.Sinks.Contains(sink.Index)) return;
        task.Sinks = task.Sinks.Without(sink.Index);
        sink.SlotsTaken--;
        if (sink.Waits) _ledger.Acknowledge(id);
        LetGo(id, sink.Index);
        End(id);
        Advance();
    }

    private void LetGo(FrameId id, int holder)
    {
        if (_ledger.LetGo(id, holder)) _tasks[id].Kit.Pixels.Release();
        Forget(id);
    }

    private void End(FrameId id)
    {
        _ledger.TryEnd(id);
        Forget(id);
    }

    /// <summary>A frame that is over is remembered until the last dropping sink has taken it.</summary>
    private void Forget(FrameId id)
    {
        if (_ledger.Knows(id) || !_tasks.TryGetValue(id, out var task) || !task.Sinks.IsEmpty) return;
        _tasks.Remove(id);
        if (!task.Failed) _spareTasks.Push(task);
    }

    private void Advance()
    {
        GrantKits();
        Foresee();
        EndWhenDrained();
    }
}
