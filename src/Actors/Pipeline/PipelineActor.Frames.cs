using ActorPipeline.Sources;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <content>The way of a frame: captured, detected, cropped, classified, handed on, let go.</content>
internal sealed partial class PipelineActor
{
    private void GrantKits()
    {
        while (!_sourceEnded && !_draining && _ledger.TryTakeCredit())
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
        var task = new FrameTask(captured.Kit, captured.Result);
        var sinks = _sinks.ReserveAtCapture();
        var drawing = task.Frame is null ? [] : sinks.Where(s => s.Draws).Select(s => s.Index);
        var id = _ledger.Capture(captured.At, drawing, sinks.Count(s => s.Waits));
        task.Sinks.UnionWith(sinks.Select(s => s.Index));
        _tasks.Add(id, task);
        Context.System.EventStream.Publish(new FrameEntered(captured.At, _settings.Id, _ledger.InFlight));
        if (captured.Result is SourceRead.Unreadable(var reason, _))
            Conclude(id, new FrameOutcome.Failed("unreadable", reason));
        else
            _stages.Detect.Tell(new DetectFrame(id, task.Kit.Pixels, task.Frame!.Width, task.Frame.Height, captured.At));
        Foresee();
    }

    private void OnDetected(FrameDetected detected)
    {
        if (!_ledger.Move(detected.Frame, FrameStage.Crop)) return;
        var task = _tasks[detected.Frame];
        task.SeenBy(_settings.Detect, detected.Variant);
        task.Detections = _only is null ? detected.Detections : [.. detected.Detections.Where(d => _only.Contains(d.ClassIndex))];
        if (task.Detections.Count == 0)
            Conclude(detected.Frame, new FrameOutcome.Empty());
        else if (_parts.Classifiers.Count == 0)
            Conclude(detected.Frame, new FrameOutcome.Classified());
        else
            _stages.Crop!.Tell(new CropFrame(detected.Frame, task.Pixels, Best(task), task.Kit.Crops!));
        Foresee();
    }

    private ArraySegment<Detection> Best(FrameTask task) => new([.. task.Detections], 0, Math.Min(task.Detections.Count, _settings.MaxCrops));

    private void OnCropped(FrameCropped cropped)
    {
        if (!_ledger.Move(cropped.Frame, FrameStage.Classify)) return;
        LetGo(cropped.Frame, FrameLedger.Stages);
        if (cropped.Failure is { } failure)
        {
            Conclude(cropped.Frame, new FrameOutcome.Failed("crop-failed", failure));
            return;
        }
        var task = _tasks[cropped.Frame];
        task.Join = new FrameJoin(_parts.Classifiers, _settings.Classify.Count);
        var work = new ClassifyFrame(cropped.Frame, task.Kit.Crops!, Math.Min(task.Detections.Count, _settings.MaxCrops), _ledger.CapturedAt(cropped.Frame));
        foreach (var classify in _stages.Classify) classify.Tell(work);
        GrantKits();
        Foresee();
    }

    private void OnClassified(FrameClassified classified)
    {
        if (!_tasks.TryGetValue(classified.Frame, out var task) || task.Join is not { } join) return;
        join.Answer(classified.Classifier, classified.Labels);
        task.SeenBy(_parts.Classifiers[classified.Classifier].Model, classified.Variant);
        ConcludeWhenJoined(classified.Frame, join);
    }

    private void OnStageFailed(StageFailed failed)
    {
        var outcome = new FrameOutcome.Failed(failed.Reason, failed.Detail);
        if (failed.Stage == 0) Conclude(failed.Frame, outcome);
        else FailClassifier(failed.Frame, failed.Stage - 1, outcome);
    }

    private void FailClassifier(FrameId id, int classifier, FrameOutcome.Failed why)
    {
        if (!_tasks.TryGetValue(id, out var task) || task.Join is not { } join) return;
        join.Fail(classifier, why);
        ConcludeWhenJoined(id, join);
    }

    private void ConcludeWhenJoined(FrameId id, FrameJoin join)
    {
        if (join.IsComplete) Conclude(id, (FrameOutcome?)join.Failure ?? new FrameOutcome.Classified());
    }

    private void Conclude(FrameId id, FrameOutcome outcome)
    {
        if (!_ledger.Conclude(id, outcome)) return;
        if (outcome is FrameOutcome.Failed(var reason, var detail)) _log.Warning("Frame {Frame} failed: {Reason} {Detail}", id, reason, detail);
        _tasks[id].ReleaseCrops();
        LetGo(id, FrameLedger.Stages);
        while (_ledger.HandOn() is { } next) HandOn(next.Id, next.Outcome);
        Advance();
    }

    private void HandOn(FrameId id, FrameOutcome outcome)
    {
        var task = _tasks[id];
        task.Sinks.UnionWith(_sinks.ReserveAtOutcome().Select(s => s.Index));
        var now = _parts.Time.Instant();
        var report = task.Report(id, outcome, now - _ledger.CapturedAt(id), _classes, _classifiers);
        foreach (var index in task.Sinks)
            _sinks[index].Actor.Tell(new Deliver(id, report, _sinks[index].Draws && task.Frame is not null ? task.Pixels : null));
        Context.System.EventStream.Publish(new FrameConcluded(
            now, _settings.Id, id, outcome, now - _ledger.CapturedAt(id), outcome is FrameOutcome.Classified ? task.Join?.Crops ?? 0 : 0, _ledger.InFlight));
        End(id);
    }

    private void OnDelivered(SinkBook.Sink sink, FrameId id)
    {
        if (!_tasks.TryGetValue(id, out var task) || !task.Sinks.Remove(sink.Index)) return;
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
        if (!_ledger.Knows(id) && _tasks.TryGetValue(id, out var task) && task.Sinks.Count == 0) _tasks.Remove(id);
    }

    private void Advance()
    {
        GrantKits();
        Foresee();
        EndWhenDrained();
    }

    private void OnBoardStarted(BoardStarted started)
    {
        _stages.Board = started.Board;
        _foreseen = default;
        if (_kits is not null) Foresee();
    }

    /// <summary>Says how many frames can still reach each model without a lease not now held.</summary>
    private void Foresee()
    {
        // Frames that only sinks still hold bring their credit back without any lease.
        var toCome = _source!.Live || _sourceEnded || _draining ? 0 : _settings.Window.Max - _ledger.Unfinished;
        var under = _ledger.CountIn(FrameStage.Detect) + _ledger.CountIn(FrameStage.Crop);
        if (toCome != _foreseen.Detector) _stages.Board.Tell(new Foreseen(_settings.Id, _settings.Detect, toCome, null));
        if (under != _foreseen.Classifiers)
            foreach (var classifier in _parts.Classifiers) _stages.Board.Tell(new Foreseen(_settings.Id, classifier.Model, under, _settings.Detect));
        _foreseen = (toCome, under);
    }
}
