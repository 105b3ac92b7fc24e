using ActorPipeline.Tracking;
using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

/// <summary>Why an object is to be classified; those before the others where not all can be.</summary>
internal enum LabelNeed
{
    /// <summary>It has no labels, or not of every classifier.</summary>
    Unlabelled,

    /// <summary>There is more of it to see than when it was labelled.</summary>
    Grown,

    /// <summary>The detector was in doubt about it when it was labelled, and is not any more.</summary>
    Clearer,

    /// <summary>A classifier was in doubt about it.</summary>
    Unsure,

    /// <summary>Its labels are old.</summary>
    Aged,

    /// <summary>It need not be classified.</summary>
    None,
}

/// <summary>
/// What is known of each object that is followed: its labels by each classifier, and of what they were made. Decides which objects of
/// a frame are to be classified. New labels replace old ones. Pure: no clock, no messages, no pixels.
/// </summary>
/// <remarks>
/// Frames are chosen from in capture order; labels may come in any order. An object that is being classified is not asked for again
/// before <see cref="Close"/>, unless there is more of it to see by now: where many frames are in flight the first look at an object
/// that is just coming into sight would stand for all of them. A track that ended is remembered until the frame at which it did is handed on: until then frames
/// before it may still want its labels. Allocates only when there are more objects than ever before.
/// </remarks>
/// <param name="settings">When objects are classified again.</param>
/// <param name="places">Classifiers of the pipeline, those that run as one counted singly.</param>
/// <param name="labelsEach">Labels one classifier gives an object at most.</param>
internal sealed class LabelBook(TrackingSettings settings, int places, int labelsEach)
{
    private const long Never = -1;

    private readonly Dictionary<(TrackId Track, FrameId Frame), Look> _asked = [];
    private readonly Dictionary<TrackId, int> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly Queue<(TrackId Track, FrameId Frame)> _ended = new();
    private Entry[] _entries = [];
    private Place[] _places = [];
    private Classification[] _labels = [];
    private LabelNeed[] _needs = [];

    /// <summary>Objects it knows.</summary>
    public int Count => _slots.Count;

    /// <summary>Chooses what is to be classified of a frame, and takes it for asked: each of these is to be closed.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="at">Its time in the source.</param>
    /// <param name="detections">What was found on it, best first.</param>
    /// <param name="tracks">The track of each; one without is never classified.</param>
    /// <param name="chosen">Filled with indices of detections, those in most need first; its length is the limit.</param>
    /// <returns>How many there are.</returns>
    public int Choose(FrameId frame, TimeSpan at, ReadOnlySpan<Detection> detections, ReadOnlySpan<TrackId> tracks, Span<int> chosen)
    {
        if (_needs.Length < detections.Length) _needs = new LabelNeed[detections.Length * 2];
        for (var i = 0; i < detections.Length; i++) _needs[i] = NeedOf(tracks[i], at, detections[i]);
        var count = 0;
        for (var need = LabelNeed.Unlabelled; need < LabelNeed.None; need++)
        {
            for (var i = 0; i < detections.Length && count < chosen.Length; i++)
            {
                if (_needs[i] != need) continue;
                Ask(frame, tracks[i], at, detections[i], need);
                chosen[count++] = i;
            }
        }
        return count;
    }

    /// <summary>Why an object would be classified if it were seen like this.</summary>
    public LabelNeed NeedOf(TrackId track, TimeSpan at, in Detection seen)
    {
        if (!track.IsSome) return LabelNeed.None;
        if (!_slots.TryGetValue(track, out var slot)) return LabelNeed.Unlabelled;
        ref readonly var entry = ref _entries[slot];
        if (entry.Asked == 0 && !entry.Labelled) return LabelNeed.Unlabelled;
        ref readonly var last = ref entry.Asked > 0 ? ref entry.LastAsked : ref entry.Made;
        // Growth alone: of a smaller box less can be seen than at the last look, so to ask again could only make it worse.
        if (seen.Box.Area > last.Seen.Box.Area * settings.ReclassifyGrowth) return LabelNeed.Grown;
        if (last.Seen.Score < settings.HighScore && seen.Score >= settings.HighScore) return LabelNeed.Clearer;
        if (entry.Asked > 0) return LabelNeed.None;
        var age = at - last.At;
        if (entry.Doubts > 0 && age >= WaitAfter(entry.Doubts)) return LabelNeed.Unsure;
        return settings.ReclassifyAfter > TimeSpan.Zero && age >= settings.ReclassifyAfter ? LabelNeed.Aged : LabelNeed.None;
    }

    /// <summary>A classifier has named an object. What was not asked for, is forgotten, or is older than what is known is left out.</summary>
    /// <param name="frame">The frame of which it was asked.</param>
    /// <param name="track">The object.</param>
    /// <param name="place">The classifier's place in the pipeline.</param>
    /// <param name="labels">Its labels, best first.</param>
    public void Learn(FrameId frame, TrackId track, int place, ReadOnlySpan<Classification> labels)
    {
        if (!_asked.ContainsKey((track, frame)) || !_slots.TryGetValue(track, out var slot)) return;
        var at = (slot * places) + place;
        if (_places[at].SeenIn > frame.Number) return;
        var count = Math.Min(labels.Length, labelsEach);
        labels[..count].CopyTo(_labels.AsSpan(at * labelsEach));
        _places[at] = new Place(frame.Number, count);
    }

    /// <summary>The work on an object of a frame is over, whatever came of it: where nothing was learnt it is asked for again.</summary>
    public void Close(FrameId frame, TrackId track)
    {
        if (!_asked.Remove((track, frame), out var look) || !_slots.TryGetValue(track, out var slot)) return;
        ref var entry = ref _entries[slot];
        entry.Asked--;
        bool labelled = true, learnt = false, doubtful = false;
        for (var place = 0; place < places; place++)
        {
            var seenIn = _places[(slot * places) + place].SeenIn;
            labelled &= seenIn != Never;
            learnt |= seenIn == frame.Number;
            doubtful |= LabelsAt(slot, place) is [var best, ..] && best.Score < settings.ReclassifyBelow;
        }
        // Also where a later look was answered before this one.
        if (!learnt) return;
        (entry.Labelled, entry.Made) = (labelled, look);
        entry.Doubts = !doubtful ? 0 : look.Better ? 1 : entry.Doubts + 1;
    }

    /// <summary>What a classifier calls an object, best first; nothing where it has not looked at it. Valid until the next call.</summary>
    public ReadOnlySpan<Classification> LabelsOf(TrackId track, int place) => _slots.TryGetValue(track, out var slot) ? LabelsAt(slot, place) : [];

    /// <summary>Whether an object has labels, and all of them were made of other frames than this.</summary>
    public bool Reuses(FrameId frame, TrackId track)
    {
        if (!_slots.TryGetValue(track, out var slot)) return false;
        var any = false;
        foreach (ref readonly var place in _places.AsSpan(slot * places, places))
        {
            if (place.SeenIn == frame.Number) return false;
            any |= place.SeenIn != Never;
        }
        return any;
    }

    /// <summary>Tracks ended at a frame.</summary>
    public void End(FrameId frame, ReadOnlySpan<TrackId> tracks)
    {
        foreach (var track in tracks)
            if (_slots.ContainsKey(track)) _ended.Enqueue((track, frame));
    }

    /// <summary>A frame was handed on, and so were all before it: tracks that ended until then are forgotten.</summary>
    public void HandedOn(FrameId frame)
    {
        while (_ended.TryPeek(out var next) && next.Frame.Number <= frame.Number)
        {
            _ended.Dequeue();
            if (_slots.Remove(next.Track, out var slot)) _free.Push(slot);
        }
    }

    private ReadOnlySpan<Classification> LabelsAt(int slot, int place) =>
        _labels.AsSpan(((slot * places) + place) * labelsEach, _places[(slot * places) + place].Count);

    /// <summary>A classifier that is in doubt would be so on every frame: each time it stays in doubt the object waits twice as long.</summary>
    private TimeSpan WaitAfter(int doubts) => settings.ReclassifyWait * (1L << Math.Min(doubts - 1, 20));

    private void Ask(FrameId frame, TrackId track, TimeSpan at, in Detection seen, LabelNeed need)
    {
        if (!_slots.TryGetValue(track, out var slot)) slot = Add(track);
        var look = new Look(at, seen, Better: need is LabelNeed.Grown or LabelNeed.Clearer);
        _asked.Add((track, frame), look);
        _entries[slot].LastAsked = look;
        _entries[slot].Asked++;
    }

    private int Add(TrackId track)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _slots.Count;
            if (slot == _entries.Length) Grow(Math.Max(16, 2 * slot));
        }
        _slots.Add(track, slot);
        _entries[slot] = default;
        _places.AsSpan(slot * places, places).Fill(new Place(Never, 0));
        return slot;
    }

    private void Grow(int length)
    {
        Array.Resize(ref _entries, length);
        Array.Resize(ref _places, length * places);
        Array.Resize(ref _labels, length * places * labelsEach);
    }

    /// <summary>One classifier's labels of an object.</summary>
    /// <param name="SeenIn">The frame of which they were made.</param>
    /// <param name="Count">How many there are.</param>
    private readonly record struct Place(long SeenIn, int Count);

    /// <summary>An object as it was when it was chosen.</summary>
    /// <param name="At">When.</param>
    /// <param name="Seen">How it was seen.</param>
    /// <param name="Better">Whether it was seen better than before: doubts of before then count no more.</param>
    private readonly record struct Look(TimeSpan At, Detection Seen, bool Better);

    private struct Entry
    {
        /// <summary>Every classifier has labelled it.</summary>
        public bool Labelled;

        /// <summary>What the labels were made of.</summary>
        public Look Made;

        /// <summary>How often in a row its labels left doubts.</summary>
        public int Doubts;

        /// <summary>Looks that were asked for and not answered yet.</summary>
        public int Asked;

        /// <summary>The last of them.</summary>
        public Look LastAsked;
    }
}
