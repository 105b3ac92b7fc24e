using System.Runtime.InteropServices;
using ActorPipeline.Tracking;
using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

/// <summary>
/// Follows one pipeline's objects and keeps what is known of them. Frames are followed in capture order; their labels may come in any.
/// Pure.
/// </summary>
/// <param name="settings">The pipeline.</param>
/// <param name="labels">Labels that one classifier gives an object at most.</param>
internal sealed class ObjectFollower(PipelineSettings settings, int labels)
{
    private readonly Tracker _tracker = new(settings.Tracking.Tracker);
    private readonly LabelBook _book = new(settings.Tracking, settings.Classify.Count, labels);
    private readonly int[] _chosen = new int[settings.MaxCrops];
    private TrackedBox[] _predicted = [];
    private TrackId[] _wanted = [];

    /// <summary>Who looks at what; null where every classifier looks at all.</summary>
    public CropRouting? Routing { get; set; }

    /// <summary>Gives a frame's objects their tracks, and chooses what is to be classified; on a frame that the detector did not see, says where its objects should be.</summary>
    /// <param name="frame">The next frame.</param>
    /// <param name="task">What was found on it.</param>
    public void Follow(FrameId frame, FrameTask task)
    {
        var at = task.Frame!.Position;
        if (task.Predicted)
        {
            Predict(at, task);
            return;
        }
        CollectionsMarshal.SetCount(task.Tracks, task.Detections.Count);
        var detections = CollectionsMarshal.AsSpan(task.Detections);
        var tracks = CollectionsMarshal.AsSpan(task.Tracks);
        _tracker.Update(detections, at, tracks);
        if (settings.Classify.Count == 0) return;
        _book.End(frame, _tracker.Ended);
        var count = _book.Choose(frame, at, detections, OfWanted(detections, tracks), _chosen);
        for (var i = 0; i < count; i++) task.Chosen.Add(_chosen[i]);
    }

    // An object that no classifier looks at would never be labelled.
    private Span<TrackId> OfWanted(ReadOnlySpan<Detection> detections, Span<TrackId> tracks)
    {
        if (_wanted.Length < tracks.Length) _wanted = new TrackId[tracks.Length * 2];
        for (var i = 0; i < tracks.Length; i++) _wanted[i] = Routing?.IsWanted(detections[i].ClassIndex) != false ? tracks[i] : TrackId.None;
        return _wanted.AsSpan(0, tracks.Length);
    }

    /// <summary>A frame has its outcome: what its classifiers said of the chosen objects is known from now on.</summary>
    public void Conclude(FrameId frame, FrameTask task)
    {
        for (var i = 0; i < task.Chosen.Count; i++)
        {
            var track = task.Tracks[task.Chosen[i]];
            for (var place = 0; place < settings.Classify.Count && !task.Failed; place++) _book.Learn(frame, track, place, task.LabelsOf(place, task.Chosen[i]));
            _book.Close(frame, track);
        }
    }

    /// <summary>What a classifier calls an object of a frame.</summary>
    public ReadOnlySpan<Classification> LabelsOf(TrackId track, int place) => _book.LabelsOf(track, place);

    /// <summary>Whether an object has labels that were all made of other frames.</summary>
    public bool Reuses(FrameId frame, TrackId track) => _book.Reuses(frame, track);

    /// <summary>Objects of a frame whose labels were made of other frames.</summary>
    public int CountReused(FrameId frame, FrameTask task)
    {
        var count = 0;
        foreach (var track in task.Tracks) count += _book.Reuses(frame, track) ? 1 : 0;
        return count;
    }

    /// <summary>A frame was handed on, and so were all before it.</summary>
    public void HandedOn(FrameId frame) => _book.HandedOn(frame);

    private void Predict(TimeSpan at, FrameTask task)
    {
        if (_predicted.Length < _tracker.InSight) _predicted = new TrackedBox[_tracker.InSight * 2];
        var count = _tracker.Predict(at, settings.Region.In(task.Frame!.Width, task.Frame.Height).Box, _predicted);
        foreach (var (track, detection) in _predicted.AsSpan(0, count))
        {
            task.Detections.Add(detection);
            task.Tracks.Add(track);
        }
    }
}
