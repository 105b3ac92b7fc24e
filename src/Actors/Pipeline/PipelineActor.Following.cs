using ActorPipeline.Telemetry;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <content>Frames and the detector: which it sees, what part of them, and objects that are followed from one to the next.</content>
internal sealed partial class PipelineActor
{
    private long _captured;
    private long _nextToFollow;
    private bool _following;
    private bool _givenUp;
    /// <summary>Frames that no model will look at, and which wait for those before them.</summary>
    private int _predictedWaiting;

    /// <summary>Has the detector look at a frame, or leaves it to be predicted.</summary>
    private void Look(FrameId id, FrameTask task, TimeSpan capturedAt)
    {
        if (_follower is not null && _captured++ % _settings.DetectEvery != 0)
        {
            (task.Predicted, task.Seen) = (true, true);
            _ledger.Move(id, FrameStage.Crop);
            _predictedWaiting++;
            FollowOn();
            return;
        }
        var (width, height) = (task.Frame!.Width, task.Frame.Height);
        task.Detect.Begin(task.Kit.Pixels, width, height, _settings.Region == Vision.FrameRegion.Whole ? null : _settings.Region.In(width, height));
        task.Detect.Times = task.Trace?.Post(0, _settings.Detect, _parts.Time.Instant());
        _stages.Detect.Tell(new ServeFrame(id, task.Detect, capturedAt));
    }

    /// <summary>
    /// Follows objects through the frames that have come, in capture order: a frame that the detector was quick with waits for those before
    /// it. Frames that are over, or were overtaken, are passed over.
    /// </summary>
    private void FollowOn()
    {
        if (_follower is null || _following || _givenUp) return;
        // To follow a frame may conclude it, which comes here again.
        _following = true;
        for (; _nextToFollow < _ledger.Captured; _nextToFollow++)
        {
            var id = new FrameId(_nextToFollow);
            if (!_tasks.TryGetValue(id, out var task)) continue;
            if (task.IsOver)
            {
                if (task.Predicted) _predictedWaiting--;
                continue;
            }
            if (!task.Seen) break;
            if (task.Predicted) _predictedWaiting--;
            _follower.Follow(id, task);
            CropChosen(id, task);
        }
        _following = false;
    }
}
