using ActorPipeline.Tracking;
using ActorPipeline.Vision;
using FsCheck.Xunit;

namespace ActorPipeline.Pipeline;

public sealed class LabelBookSpecs
{
    private static readonly TrackingSettings Settings = new()
    {
        HighScore = 0.5f, ReclassifyAfter = TimeSpan.FromSeconds(5), ReclassifyGrowth = 1.5f, ReclassifyBelow = 0.6f, ReclassifyWait = TimeSpan.FromMilliseconds(500),
    };

    private readonly LabelBook _book = new(Settings, places: 1, labelsEach: 2);
    private long _frame;

    [Fact]
    public void Should_choose_an_object_when_it_has_no_labels() => Assert.Equal([1], Choose(0, Of(1)));

    [Fact]
    public void Should_not_choose_it_again_when_it_is_being_classified_or_has_labels()
    {
        Choose(0, Of(1));
        Assert.Empty(Choose(0.1, Of(1)));

        Answer(0, 1, 7);

        Assert.Empty(Choose(0.2, Of(1)));
        Assert.Equal([7], LabelsOf(1));
    }

    [Fact]
    public void Should_choose_it_again_when_nothing_came_of_it()
    {
        Choose(0, Of(1));
        _book.Close(new FrameId(0), new TrackId(1));

        Assert.Equal([1], Choose(0.1, Of(1)));
        Assert.Empty(LabelsOf(1));
    }

    [Fact]
    public void Should_keep_its_labels_when_asking_again_fails()
    {
        Labelled(1, 7);
        Assert.Equal([1], Choose(5, Of(1)));

        _book.Close(new FrameId(1), new TrackId(1));

        Assert.Equal([7], LabelsOf(1));
        Assert.Equal([1], Choose(5.1, Of(1)));
    }

    [Theory]
    [InlineData(4.99, false)]
    [InlineData(5, true)]
    public void Should_choose_it_again_when_its_labels_are_old(double at, bool chosen)
    {
        Labelled(1, 7);

        Assert.Equal(chosen ? LabelNeed.Aged : LabelNeed.None, NeedAt(at, Of(1)));
    }

    [Fact]
    public void Should_count_the_age_from_the_picture_when_the_answer_came_late()
    {
        Choose(0, Of(1));
        Choose(4.9, Of(1));
        Answer(0, 1, 7);

        Assert.Equal(LabelNeed.Aged, NeedAt(5, Of(1)));
    }

    [Theory]
    [InlineData(14, false)]
    [InlineData(16, true)]
    [InlineData(1, false)]
    public void Should_choose_it_again_when_it_has_grown_and_not_when_it_has_shrunk(float width, bool chosen)
    {
        Labelled(1, 7);

        Assert.Equal(chosen ? LabelNeed.Grown : LabelNeed.None, NeedAt(0.1, Of(1, width: width)));
    }

    [Fact]
    public void Should_compare_with_the_size_of_the_last_look_when_it_goes_on_growing()
    {
        Labelled(1, 7);
        Choose(0.1, Of(1, width: 16));
        Answer(1, 1, 8);

        Assert.Equal(LabelNeed.None, NeedAt(0.2, Of(1, width: 20)));
        Assert.Equal(LabelNeed.Grown, NeedAt(0.2, Of(1, width: 25)));
        Assert.Equal([8], LabelsOf(1));
    }

    [Fact]
    public void Should_ask_for_it_again_while_it_is_being_classified_when_it_has_grown()
    {
        Choose(0, Of(1));
        Assert.Equal([1], Choose(0.1, Of(1, width: 16)));
        Assert.Empty(Choose(0.2, Of(1, width: 17)));

        Answer(1, 1, 8);
        Answer(0, 1, 7);

        Assert.Equal([8], LabelsOf(1));
        Assert.Equal(LabelNeed.None, NeedAt(5, Of(1, width: 23)));
        Assert.Equal(LabelNeed.Aged, NeedAt(5.1, Of(1, width: 23)));
    }

    [Fact]
    public void Should_have_the_labels_of_the_earlier_look_when_the_later_one_fails()
    {
        Choose(0, Of(1));
        Choose(0.1, Of(1, width: 16));
        _book.Close(new FrameId(1), new TrackId(1));
        Assert.Empty(Choose(0.2, Of(1)));

        Answer(0, 1, 7);

        Assert.Equal([7], LabelsOf(1));
        Assert.Equal(LabelNeed.Grown, NeedAt(0.3, Of(1, width: 16)));
    }

    [Fact]
    public void Should_choose_it_once_more_when_the_detector_is_sure_of_it_now()
    {
        Choose(0, Of(1, score: 0.45f));
        Answer(0, 1, 7);
        Assert.Equal(LabelNeed.None, NeedAt(0.1, Of(1, score: 0.49f)));
        Assert.Equal(LabelNeed.Clearer, NeedAt(0.1, Of(1, score: 0.5f)));

        Choose(0.1, Of(1, score: 0.5f));
        Answer(1, 1, 7);

        Choose(0.2, Of(1, score: 0.4f));
        Assert.Equal(LabelNeed.None, NeedAt(0.3, Of(1, score: 0.9f)));
    }

    [Fact]
    public void Should_wait_twice_as_long_each_time_when_a_classifier_stays_in_doubt()
    {
        double[] times = [.. Enumerable.Range(0, 49).Select(i => i / 10.0)];
        var chosen = new List<double>();
        foreach (var at in times)
        {
            if (Choose(at, Of(1)).Length == 0) continue;
            chosen.Add(at);
            Answer(_frame - 1, 1, 7, 0.59f);
        }

        Assert.Equal([0, 0.5, 1.5, 3.5], chosen);
    }

    [Fact]
    public void Should_begin_anew_to_wait_when_it_is_seen_better()
    {
        Labelled(1, 7, score: 0.1f);
        Choose(0.5, Of(1));
        Answer(1, 1, 7, 0.1f);
        Assert.Equal(LabelNeed.None, NeedAt(1.4, Of(1)));

        Choose(1.4, Of(1, width: 16));
        Answer(2, 1, 7, 0.1f);

        Assert.Equal(LabelNeed.None, NeedAt(1.8, Of(1, width: 16)));
        Assert.Equal(LabelNeed.Unsure, NeedAt(1.9, Of(1, width: 16)));
    }

    [Fact]
    public void Should_never_ask_again_when_neither_age_nor_doubt_counts()
    {
        var book = new LabelBook(Settings with { ReclassifyAfter = TimeSpan.Zero, ReclassifyBelow = 0 }, 1, 1);
        Choose(book, 0, 8, Of(1));
        book.Learn(new FrameId(0), new TrackId(1), 0, [new Classification(1, 0)]);
        book.Close(new FrameId(0), new TrackId(1));

        Assert.Equal(LabelNeed.None, book.NeedOf(new TrackId(1), TimeSpan.FromDays(1), Of(1).Detection));
    }

    [Fact]
    public void Should_choose_those_in_most_need_when_not_all_can_be()
    {
        Choose(0, Of(1), Of(2), Of(3, score: 0.45f), Of(4));
        Answer(0, 1, 7);
        Answer(0, 2, 7);
        Answer(0, 3, 7);
        Answer(0, 4, 7, 0.1f);

        // Aged, grown, clearer, unsure and new, in this order on the frame.
        Assert.Equal([5, 2, 3, 4], Choose(5, 4, Of(1), Of(2, width: 20), Of(3), Of(4), Of(5)));
        Assert.Equal([1], Choose(5.1, 4, Of(1), Of(2, width: 20), Of(3), Of(4), Of(5)));
    }

    [Fact]
    public void Should_choose_the_best_when_there_are_more_new_ones_than_it_may()
    {
        Assert.Equal([1, 2], Choose(0, 2, Of(1), Of(2), Of(3)));
        Assert.Equal([3], Choose(0.1, 2, Of(1), Of(2), Of(3)));
    }

    [Fact]
    public void Should_choose_none_when_there_is_no_track() => Assert.Empty(Choose(0, Of(0)));

    [Fact]
    public void Should_not_have_labels_before_every_classifier_has_answered_once()
    {
        var book = new LabelBook(Settings, places: 2, labelsEach: 1);
        var (frame, track) = (new FrameId(0), new TrackId(1));
        Choose(book, 0, 8, Of(1));
        book.Learn(frame, track, 1, [new Classification(3, 0.9f)]);
        book.Close(frame, track);

        Assert.Equal(LabelNeed.Unlabelled, book.NeedOf(track, TimeSpan.Zero, Of(1).Detection));
        Assert.Equal((0, 1), (book.LabelsOf(track, 0).Length, book.LabelsOf(track, 1).Length));
    }

    [Fact]
    public void Should_be_in_doubt_when_one_of_several_classifiers_is()
    {
        var book = new LabelBook(Settings, places: 2, labelsEach: 1);
        var (frame, track) = (new FrameId(0), new TrackId(1));
        Choose(book, 0, 8, Of(1));
        book.Learn(frame, track, 0, [new Classification(3, 0.9f)]);
        book.Learn(frame, track, 1, [new Classification(3, 0.1f)]);
        book.Close(frame, track);

        Assert.Equal(LabelNeed.Unsure, book.NeedOf(track, TimeSpan.FromSeconds(1), Of(1).Detection));
    }

    [Fact]
    public void Should_leave_out_labels_beyond_what_it_keeps_and_answers_to_another_frame()
    {
        Choose(0, Of(1));
        _book.Learn(new FrameId(3), new TrackId(1), 0, [new Classification(9, 1)]);
        _book.Learn(new FrameId(0), new TrackId(2), 0, [new Classification(9, 1)]);
        _book.Learn(new FrameId(0), new TrackId(1), 0, [new Classification(1, 0.7f), new Classification(2, 0.2f), new Classification(3, 0.1f)]);

        Assert.Equal([1, 2], LabelsOf(1));
        Assert.Empty(LabelsOf(2));
    }

    [Fact]
    public void Should_say_that_labels_are_reused_when_they_are_of_another_frame()
    {
        Choose(0, Of(1));
        Assert.False(_book.Reuses(new FrameId(0), new TrackId(1)));

        Answer(0, 1, 7);

        Assert.False(_book.Reuses(new FrameId(0), new TrackId(1)));
        Assert.True(_book.Reuses(new FrameId(1), new TrackId(1)));
        Assert.False(_book.Reuses(new FrameId(1), new TrackId(2)));
    }

    [Fact]
    public void Should_remember_a_track_that_ended_until_the_frames_before_are_handed_on()
    {
        Labelled(1, 7);
        _book.End(new FrameId(4), [new TrackId(1), new TrackId(9)]);

        _book.HandedOn(new FrameId(3));
        Assert.Equal([7], LabelsOf(1));

        _book.HandedOn(new FrameId(4));
        Assert.Empty(LabelsOf(1));
        Assert.Equal(0, _book.Count);
    }

    [Fact]
    public void Should_forget_late_answers_when_the_track_is_forgotten()
    {
        Choose(0, Of(1));
        _book.End(new FrameId(1), [new TrackId(1)]);
        _book.HandedOn(new FrameId(1));
        Choose(0.1, Of(2));

        Answer(0, 1, 7);

        Assert.Empty(LabelsOf(1));
        Assert.Empty(LabelsOf(2));
    }

    [Property(MaxTest = 100)]
    public void Should_ask_for_no_object_twice_at_once_and_know_only_living_ones_when_anything_happens(byte[] seeds)
    {
        var (book, asked, frame) = (new LabelBook(Settings, 2, 1), new Dictionary<long, long>(), 0L);
        foreach (var some in seeds.Chunk(3))
        {
            foreach (var track in Choose(book, frame / 10.0, 2, [.. some.Select(s => 1L + (s % 20)).Distinct().Select(t => Of(t))])) Assert.True(asked.TryAdd(track, frame));
            var (first, what) = (1 + (some[0] % 20), some[0] / 20);
            if (asked.TryGetValue(first, out var of) && what % 2 == 0)
            {
                for (var place = 0; place < what % 3; place++) book.Learn(new FrameId(of), new TrackId(first), place, [new Classification(first, what / 10f)]);
                book.Close(new FrameId(of), new TrackId(first));
                asked.Remove(first);
            }
            foreach (var label in book.LabelsOf(new TrackId(first), 0)) Assert.Equal(first, label.ClassIndex);
            frame++;
        }
        Assert.InRange(book.Count, 0, 20);
        book.End(new FrameId(frame), [.. Enumerable.Range(1, 20).Select(t => new TrackId(t))]);
        book.HandedOn(new FrameId(frame));
        Assert.Equal(0, book.Count);
    }

    [Fact]
    public void Should_allocate_nothing_when_objects_come_and_go_steadily()
    {
        var (detections, tracks, chosen) = (new Detection[10], new TrackId[10], new int[8]);
        Classification[] labels = [new(1, 0.9f), new(2, 0.05f)];
        void Round(long frame)
        {
            for (var i = 0; i < 10; i++) (detections[i], tracks[i]) = (Of(1).Detection, new TrackId(1 + (frame / 7) + i));
            var count = _book.Choose(new FrameId(frame), TimeSpan.FromSeconds(frame / 10.0), detections, tracks, chosen);
            for (var i = 0; i < count; i++)
            {
                _book.Learn(new FrameId(frame), tracks[chosen[i]], 0, labels);
                _book.Close(new FrameId(frame), tracks[chosen[i]]);
            }
            _book.End(new FrameId(frame), [new TrackId(frame / 7)]);
            _book.HandedOn(new FrameId(frame));
        }
        for (var frame = 0; frame < 200; frame++) Round(frame);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var frame = 200; frame < 600; frame++) Round(frame);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10, _book.Count);
    }

    private static (TrackId Track, Detection Detection) Of(long track, float width = 10, float score = 0.9f) =>
        (new TrackId(track), new Detection(new BoundingBox(0, 0, width, 10), 0, score));

    private void Labelled(long track, int label, float score = 0.9f)
    {
        Choose(0, Of(track));
        Answer(0, track, label, score);
    }

    private void Answer(long frame, long track, int label, float score = 0.9f)
    {
        _book.Learn(new FrameId(frame), new TrackId(track), 0, [new Classification(label, score)]);
        _book.Close(new FrameId(frame), new TrackId(track));
    }

    private LabelNeed NeedAt(double seconds, (TrackId Track, Detection Detection) seen) => _book.NeedOf(seen.Track, TimeSpan.FromSeconds(seconds), seen.Detection);

    private int[] LabelsOf(long track) => [.. _book.LabelsOf(new TrackId(track), 0).ToArray().Select(l => l.ClassIndex)];

    private long[] Choose(double seconds, params (TrackId Track, Detection Detection)[] seen) => Choose(seconds, 8, seen);

    private long[] Choose(double seconds, int most, params (TrackId Track, Detection Detection)[] seen)
    {
        var chosen = new int[most];
        var tracks = seen.Select(s => s.Track).ToArray();
        var count = _book.Choose(new FrameId(_frame++), TimeSpan.FromSeconds(seconds), [.. seen.Select(s => s.Detection)], tracks, chosen);
        return [.. chosen[..count].Select(i => tracks[i].Number)];
    }

    private static long[] Choose(LabelBook book, double seconds, int most, params (TrackId Track, Detection Detection)[] seen)
    {
        var chosen = new int[most];
        var tracks = seen.Select(s => s.Track).ToArray();
        var frame = new FrameId((long)Math.Round(seconds * 10));
        var count = book.Choose(frame, TimeSpan.FromSeconds(seconds), [.. seen.Select(s => s.Detection)], tracks, chosen);
        return [.. chosen[..count].Select(i => tracks[i].Number)];
    }
}
