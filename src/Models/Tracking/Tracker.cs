using ActorPipeline.Vision;

namespace ActorPipeline.Tracking;

/// <summary>
/// Follows objects from frame to frame by where their boxes are and how they move, after ByteTrack. Detections with a high score choose
/// among all objects first, those with a low score among what they leave: what is half hidden scores low where it was expected. What is
/// left chooses among objects seen once, or begins a new one. Only boxes of one class can be one object. No clock, no pixels, no
/// randomness: the same frames give the same tracks.
/// </summary>
/// <remarks>
/// ByteTrack drops low detections that belong to nobody. Here they begin tracks too: they passed the detector's own threshold, so they
/// are reported, and what is reported without a track would be classified on every frame. For the same reason they may be objects that
/// were lost, which ByteTrack forbids: the choice is not between that and nothing, but between that and one more new object.
/// Allocates only when there are more objects than ever before. Belongs to one thread.
/// </remarks>
/// <param name="options">How.</param>
public sealed class Tracker(TrackerOptions options)
{
    /// <summary>Lost objects that are remembered at most; beyond it the one out of sight for longest is given up. Sources without times never age them.</summary>
    internal const int MostLost = 256;

    // 1 - IoU that two boxes may have at most to be one object. ByteTrack is stricter in its later rounds, because what finds nobody is
    // dropped there; here it becomes an object that is not there, and the detector may see each third frame only.
    private const float Limit = 0.8f;

    private const int Free = -1;
    private const int Unfit = -2;

    private readonly Assignment _assignment = new();
    private Track[] _tracks = new Track[16];
    private int _count;
    private long _last;
    private TimeSpan _at;
    private bool _begun;
    private TrackId[] _ended = new TrackId[16];
    private int _endedCount;
    private int[] _trackOf = new int[16];
    private int[] _rows = new int[16];
    private int[] _columns = new int[16];
    private int[] _columnOf = new int[16];
    private float[] _costs = new float[64];

    private enum Round
    {
        High,
        Low,
        Rest,
    }

    /// <summary>Tracks that ended at the last look: they are not seen again. Valid until the next.</summary>
    public ReadOnlySpan<TrackId> Ended => _ended.AsSpan(0, _endedCount);

    /// <summary>Objects seen at the last look: so many boxes <see cref="Predict"/> gives at most.</summary>
    public int InSight => _count - Lost;

    /// <summary>Objects out of sight that are still looked for.</summary>
    public int Lost { get; private set; }

    /// <summary>Takes one frame's detections in.</summary>
    /// <param name="detections">What the detector found; in any order, but the same order for the same tracks.</param>
    /// <param name="at">The frame's time in its source. Where it jumps, forward or back, by more than <see cref="TrackerOptions.LostAfter"/>, all tracks end; a smaller step back counts as none.</param>
    /// <param name="into">The track of each detection, as many as there are detections; <see cref="TrackId.None"/> for a box that is empty or no number.</param>
    public void Update(ReadOnlySpan<Detection> detections, TimeSpan at, Span<TrackId> into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(into.Length, detections.Length, nameof(into));
        _endedCount = 0;
        MakeRoom(detections.Length);
        Elapse(at);
        for (var i = 0; i < detections.Length; i++) _trackOf[i] = IsFit(detections[i]) ? Free : Unfit;
        Match(Round.High, detections);
        Match(Round.Low, detections);
        Match(Round.Rest, detections);
        for (var i = 0; i < detections.Length; i++)
        {
            if (_trackOf[i] == Free) _trackOf[i] = Begin(detections[i]);
            into[i] = _trackOf[i] == Unfit ? TrackId.None : _tracks[_trackOf[i]].Id;
        }
        Settle();
    }

    /// <summary>Where the objects of the last look should be now. Looks ahead only: it may be asked as often as one likes.</summary>
    /// <param name="at">The frame's time in its source.</param>
    /// <param name="within">The part of the frame that counts, in pixels: boxes are clipped to it, and what has left it is not given.</param>
    /// <param name="into">Filled best first; at least <see cref="InSight"/> long.</param>
    /// <returns>How many there are; none where more time has passed than objects are looked for.</returns>
    public int Predict(TimeSpan at, in BoundingBox within, Span<TrackedBox> into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(into.Length, InSight, nameof(into));
        var seconds = SecondsTo(at);
        if (Math.Abs(seconds) > options.LostAfter.TotalSeconds) return 0;
        var count = 0;
        foreach (ref readonly var track in _tracks.AsSpan(0, _count))
        {
            if (track.State == TrackState.Lost) continue;
            var box = Clip(track.Motion.After((float)Math.Max(0, seconds)), within);
            if (box.Area > 0) into[count++] = new TrackedBox(track.Id, new Detection(box, track.ClassIndex, track.Score));
        }
        into[..count].Sort(static (a, b) =>
            a.Detection.Score != b.Detection.Score ? b.Detection.Score.CompareTo(a.Detection.Score) : a.Track.Number.CompareTo(b.Track.Number));
        return count;
    }

    private static bool IsFit(in Detection detection) =>
        float.IsFinite(detection.Box.Left + detection.Box.Right + detection.Box.Top + detection.Box.Bottom) && detection.Box.Area > 0 && float.IsFinite(detection.Box.Area);

    private static BoundingBox Clip(in BoundingBox box, in BoundingBox within) => new(
        Math.Max(box.Left, within.Left), Math.Max(box.Top, within.Top), Math.Min(box.Right, within.Right), Math.Min(box.Bottom, within.Bottom));

    // In floating point, because the difference of any two times must be one.
    private double SecondsTo(TimeSpan at) => at.TotalSeconds - _at.TotalSeconds;

    /// <summary>Moves all objects on to now, and gives up those out of sight for too long.</summary>
    private void Elapse(TimeSpan at)
    {
        var seconds = _begun ? SecondsTo(at) : 0;
        (_at, _begun) = (at, true);
        var longest = options.LostAfter.TotalSeconds;
        // A clock that was set back, or a film that began anew: nothing says that the scene is the same.
        if (seconds < -longest) seconds = double.PositiveInfinity;
        var passed = Math.Max(0, seconds);
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            ref var track = ref _tracks[i];
            track.Unseen += passed;
            track.Found = false;
            if (track.Unseen > longest)
            {
                End(track.Id);
                continue;
            }
            track.Motion.Predict((float)passed);
            _tracks[kept++] = track;
        }
        _count = kept;
    }

    /// <summary>Lets the detections of a round that have no track choose among its tracks.</summary>
    private void Match(Round round, ReadOnlySpan<Detection> detections)
    {
        int rows = 0, columns = 0;
        for (var i = 0; i < detections.Length; i++)
            if (_trackOf[i] == Free && (round == Round.Rest || IsHigh(detections[i]) == (round == Round.High))) _rows[rows++] = i;
        for (var i = 0; i < _count; i++)
            if (!_tracks[i].Found && (_tracks[i].State == TrackState.Tentative) == (round == Round.Rest)) _columns[columns++] = i;
        if (rows == 0 || columns == 0) return;
        if (_costs.Length < rows * columns) _costs = new float[rows * columns * 2];
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                _costs[(row * columns) + column] = Cost(detections[_rows[row]], _tracks[_columns[column]]);
        _assignment.Solve(_costs.AsSpan(0, rows * columns), columns, Limit, _columnOf.AsSpan(0, rows));
        for (var row = 0; row < rows; row++)
        {
            if (_columnOf[row] < 0) continue;
            var track = _columns[_columnOf[row]];
            _tracks[track].See(detections[_rows[row]]);
            _trackOf[_rows[row]] = track;
        }
    }

    private bool IsHigh(in Detection detection) => detection.Score >= options.HighScore;

    private static float Cost(in Detection detection, in Track track) =>
        detection.ClassIndex == track.ClassIndex ? 1 - detection.Box.IntersectionOverUnion(track.Motion.Box) : float.PositiveInfinity;

    private int Begin(in Detection detection)
    {
        if (_count == _tracks.Length) Array.Resize(ref _tracks, 2 * _count);
        _tracks[_count] = Track.Begin(new TrackId(++_last), detection);
        return _count++;
    }

    /// <summary>What was not found is lost, or was nothing.</summary>
    private void Settle()
    {
        var kept = 0;
        Lost = 0;
        for (var i = 0; i < _count; i++)
        {
            ref var track = ref _tracks[i];
            if (!track.Found && track.State == TrackState.Tentative)
            {
                End(track.Id);
                continue;
            }
            if (!track.Found)
            {
                track.State = TrackState.Lost;
                track.Motion.KeepSize();
                Lost++;
            }
            _tracks[kept++] = track;
        }
        _count = kept;
        for (; Lost > MostLost; Lost--) EndLongestLost();
    }

    private void EndLongestLost()
    {
        var longest = -1;
        for (var i = 0; i < _count; i++)
            if (_tracks[i].State == TrackState.Lost && (longest < 0 || _tracks[i].Unseen > _tracks[longest].Unseen)) longest = i;
        End(_tracks[longest].Id);
        Array.Copy(_tracks, longest + 1, _tracks, longest, --_count - longest);
    }

    private void End(TrackId id)
    {
        if (_endedCount == _ended.Length) Array.Resize(ref _ended, 2 * _endedCount);
        _ended[_endedCount++] = id;
    }

    private void MakeRoom(int detections)
    {
        if (_trackOf.Length < detections) (_trackOf, _rows, _columnOf) = (new int[detections * 2], new int[detections * 2], new int[detections * 2]);
        if (_columns.Length < _count) _columns = new int[_count * 2];
    }
}
