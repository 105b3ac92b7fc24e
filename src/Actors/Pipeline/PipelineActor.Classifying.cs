using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <content>The chosen objects of a frame: cut out, shown to the classifiers that look at them, turned upright between two where one waits for the other.</content>
internal sealed partial class PipelineActor
{
    private void Crop(FrameId id, FrameTask task)
    {
        task.Divide(_routing!);
        task.Trace?.BeginCrop(_parts.Time.Instant());
        _stages.Crop!.Tell(new CropFrame(id, task.Pixels, task.Detections, task.LookedAt, task.Kit.Crops!));
    }

    private void OnCropped(FrameCropped cropped)
    {
        if (!_ledger.Move(cropped.Frame, FrameStage.Classify)) return;
        _tasks[cropped.Frame].Trace?.EndCrop(_parts.Time.Instant());
        LetGo(cropped.Frame, FrameLedger.Stages);
        if (cropped.Failure is { } failure)
        {
            Conclude(cropped.Frame, new FrameOutcome.Failed("crop-failed", failure));
            return;
        }
        var task = _tasks[cropped.Frame];
        var asked = 0u;
        for (var i = 0; i < _parts.Classifiers.Count; i++)
            if (task.LookedAt[i].Count > 0) asked |= 1u << i;
        task.Join.Begin(asked);
        for (var i = 0; i < _parts.Classifiers.Count; i++)
            if (task.Join.Awaits(i) && !Waits(task, i)) Classify(cropped.Frame, task, i);
        GrantKits();
        Foresee();
    }

    /// <summary>Whether a classifier's crops are not known to be upright yet.</summary>
    private bool Waits(FrameTask task, int classifier) => _routing!.WaitsFor(classifier) is >= 0 and var first && task.Join.Awaits(first);

    private void Classify(FrameId id, FrameTask task, int classifier)
    {
        var (work, region) = (task.Join.WorkOf(classifier), _layout.Regions[_regionOf[classifier]]);
        work.Begin(task.Kit.Crops!, task.LookedAt[classifier].Count, region.Width, region.Height, region.Offset, _parts.Classifiers[classifier].Labels);
        work.Times = task.Trace?.Post(classifier + 1, _parts.Classifiers[classifier].Model, _parts.Time.Instant());
        _stages.Classify[classifier].Tell(new ServeFrame(id, work, _ledger.CapturedAt(id)));
    }

    private void OnClassified(FrameServed classified)
    {
        var classifier = classified.Stage - 1;
        if (!_tasks.TryGetValue(classified.Frame, out var task) || !task.Join.Awaits(classifier)) return;
        task.Join.Answer(classifier);
        task.SeenBy(_parts.Classifiers[classifier].Model, classified.Variant, classified.Node);
        task.Trace?.Answer(classified.Stage, _parts.Time.Instant(), classified.Variant, classified.Node);
        ClassifyAfter(classified.Frame, task, classifier);
        ConcludeWhenJoined(classified.Frame, task.Join);
    }

    /// <summary>Shows those that waited for a classifier what it has said the right way up; those that look at the same crops have them turned once.</summary>
    private void ClassifyAfter(FrameId id, FrameTask task, int first)
    {
        var turned = 0u;
        for (var i = 0; i < _parts.Classifiers.Count; i++)
        {
            if (_routing!.WaitsFor(i) != first || !task.Join.Awaits(i)) continue;
            if ((turned & (1u << _regionOf[i])) == 0) TurnUpright(task, i, _parts.Classifiers[first].Places[0]);
            turned |= 1u << _regionOf[i];
            Classify(id, task, i);
        }
    }

    private void TurnUpright(FrameTask task, int classifier, int place)
    {
        var region = _layout.Regions[_regionOf[classifier]];
        for (var i = 0; i < task.LookedAt[classifier].Count; i++)
        {
            var found = task.LookedAt[classifier][i];
            if (CropRouting.IsUpsideDown(task.LabelsOf(place, found)))
                Cropper.Turn(task.Detections[found].Box, task.Frame!.Width, task.Frame.Height, region.View(task.Kit.Crops!, i), region.Resize);
        }
    }

    private void FailClassifier(FrameId id, int classifier, FrameOutcome.Failed why)
    {
        if (!_tasks.TryGetValue(id, out var task)) return;
        task.Join.Fail(classifier, why);
        for (var i = 0; i < _parts.Classifiers.Count; i++)
            if (_routing!.WaitsFor(i) == classifier) task.Join.Fail(i, why);
        ConcludeWhenJoined(id, task.Join);
    }

    private void ConcludeWhenJoined(FrameId id, FrameJoin join)
    {
        if (join.IsComplete) Conclude(id, (FrameOutcome?)join.Failure ?? FrameOutcome.Classified.Instance);
    }
}
