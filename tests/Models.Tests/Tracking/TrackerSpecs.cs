using ActorPipeline.Vision;
using FsCheck.Xunit;

namespace ActorPipeline.Tracking;

public sealed class TrackerSpecs
{
    private static readonly BoundingBox Frame = new(0, 0, 640, 480);
    private readonly Tracker _tracker = new(new TrackerOptions { LostAfter = TimeSpan.FromSeconds(1), HighScore = 0.5f });
    private int _frame;

    [Fact]
    public void Should_keep_its_track_when_an_object_moves()
    {
        for (var i = 0; i < 50; i++) Assert.Equal([1], See(Person(10 * i)));
    }

    [Fact]
    public void Should_give_each_object_its_own_track_when_there_are_several()
    {
        Assert.Equal([1, 2], See(Person(0), Person(200)));
        Assert.Equal([2, 1], See(Person(200), Person(5)));
        Assert.Equal([2, 3, 1], See(Person(200), Person(400), Person(10)));
    }

    [Fact]
    public void Should_keep_them_apart_when_objects_pass_each_other()
    {
        // 40 wide, 10 a frame towards each other: for some frames they overlap, and only their motion tells them apart.
        for (var i = 0; i < 40; i++) Assert.Equal([1, 2], See(Person(10 * i), Person(400 - (10 * i)) with { Box = Box(400 - (10 * i), 110) }));
    }

    [Fact]
    public void Should_not_be_the_same_object_when_its_class_is_another()
    {
        See(Person(0));

        Assert.Equal([2], See(Person(0) with { ClassIndex = 1 }));
    }

    [Fact]
    public void Should_keep_its_track_when_its_score_falls_where_it_was_expected()
    {
        See(Person(0));
        See(Person(10));

        Assert.Equal([1], See(Person(20, score: 0.41f)));
        Assert.Equal([1], See(Person(30)));
    }

    [Fact]
    public void Should_let_the_better_choose_first_when_a_worse_box_lies_nearer()
    {
        See(Person(100));
        See(Person(100));

        Assert.Equal([2, 1], See(Person(101, score: 0.45f), Person(110, score: 0.9f)));
    }

    [Fact]
    public void Should_find_it_again_when_an_object_was_out_of_sight_for_less_than_it_is_looked_for()
    {
        for (var i = 0; i < 5; i++) See(Person(10 * i));
        for (var i = 0; i < 8; i++) See();

        Assert.Equal(1, _tracker.Lost);
        Assert.Equal([1], See(Person(130)));
    }

    [Fact]
    public void Should_find_it_again_when_its_score_is_low_as_it_comes_back()
    {
        for (var i = 0; i < 5; i++) See(Person(100));
        See();

        Assert.Equal([1], See(Person(100, score: 0.41f)));
    }

    [Fact]
    public void Should_expect_it_in_its_last_size_when_it_shrank_before_it_was_out_of_sight()
    {
        static Detection Narrow(int by) => new(new BoundingBox(100 + by, 100, 180 - by, 180), 0, 0.9f);
        for (var i = 0; i <= 6; i++) See(Narrow(5 * i));
        for (var i = 0; i < 6; i++) See();

        Assert.Equal([1], See(Narrow(30)));
    }

    [Theory]
    [InlineData(25, 1)]
    [InlineData(28, 2)]
    public void Should_be_another_object_when_boxes_hardly_overlap(float step, long track)
    {
        See(Person(100));

        // 40 wide: an IoU of 0.23 is enough, one of 0.18 is not.
        Assert.Equal([track], See(Person(100 + step)));
    }

    [Fact]
    public void Should_end_the_track_when_an_object_was_out_of_sight_for_longer()
    {
        See(Person(100));
        See(Person(100));
        for (var i = 0; i < 10; i++)
        {
            See();
            Assert.Equal(0, _tracker.Ended.Length);
        }

        See();

        Assert.Equal(new TrackId(1), Assert.Single(_tracker.Ended.ToArray()));
        Assert.Equal([2], See(Person(100)));
    }

    [Fact]
    public void Should_end_the_track_at_once_when_it_was_seen_only_once()
    {
        See(Person(100));
        See();

        Assert.Equal(new TrackId(1), Assert.Single(_tracker.Ended.ToArray()));
        Assert.Equal(0, _tracker.Lost);
    }

    [Fact]
    public void Should_keep_its_track_when_frames_are_missing_between()
    {
        for (var i = 0; i < 5; i++) See(Person(10 * i));
        _frame += 6;

        Assert.Equal([1], See(Person(110)));
    }

    [Theory]
    [InlineData(1.01)]
    [InlineData(-2)]
    [InlineData(1e9)]
    [InlineData(-1e9)]
    public void Should_end_all_tracks_when_time_jumps(double seconds)
    {
        See(Person(100), Person(200));
        See(Person(100), Person(200));

        var tracks = At(TimeSpan.FromSeconds(0.1 + seconds), Person(100), Person(200));

        Assert.Equal([3, 4], tracks);
        Assert.Equal([1, 2], _tracker.Ended.ToArray().Select(t => t.Number));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.3)]
    public void Should_keep_tracks_in_place_when_time_stands_still_or_steps_back_a_little(double seconds)
    {
        for (var i = 0; i < 5; i++) See(Person(10 * i));

        Assert.Equal([1], At(TimeSpan.FromSeconds(0.4 + seconds), Person(42)));
    }

    [Fact]
    public void Should_survive_when_times_are_the_furthest_there_are()
    {
        Assert.Equal([1], At(TimeSpan.MinValue, Person(0)));
        Assert.Equal([2], At(TimeSpan.MaxValue, Person(0)));
        Assert.Equal([3], At(TimeSpan.MinValue, Person(0)));
    }

    [Fact]
    public void Should_give_no_track_when_a_box_is_none()
    {
        var tracks = See(Person(0), new(new BoundingBox(5, 5, 5, 9), 0, 0.9f), new(new BoundingBox(0, 0, float.NaN, 9), 0, 0.9f), new(new BoundingBox(0, 0, float.PositiveInfinity, 9), 0, 0.9f));

        Assert.Equal([1, 0, 0, 0], tracks);
    }

    [Fact]
    public void Should_forget_those_lost_for_longest_when_time_never_passes()
    {
        for (var i = 0; i < 4; i++)
        {
            Detection[] row = [.. Enumerable.Range(0, 100).Select(x => new Detection(new BoundingBox(x * 50, 1000 * i, (x * 50) + 40, (1000 * i) + 80), 0, 0.9f))];
            At(TimeSpan.Zero, row);
            At(TimeSpan.Zero, row);
        }
        At(TimeSpan.Zero);

        Assert.Equal(Tracker.MostLost, _tracker.Lost);
        Assert.Equal(Enumerable.Range(45, 100).Select(n => (long)n), _tracker.Ended.ToArray().Select(t => t.Number));
    }

    [Fact]
    public void Should_say_where_objects_should_be_when_the_detector_does_not_look()
    {
        for (var i = 0; i < 10; i++) See(Person(10 * i, score: 0.7f), Person(300));

        var (fast, still) = (Predict(1)[1], Predict(1)[0]);

        Assert.Equal((1, 2), (fast.Track.Number, still.Track.Number));
        Assert.Equal(0.7f, fast.Detection.Score);
        Assert.InRange(fast.Detection.Box.Left, 98, 102);
        Assert.InRange(still.Detection.Box.Left, 299, 301);
        Assert.InRange(Predict(3)[1].Detection.Box.Left, 117, 123);
        Assert.Equal([1], See(Person(100)));
    }

    [Fact]
    public void Should_clip_and_leave_out_what_has_gone_when_objects_leave_the_frame()
    {
        for (var i = 0; i < 10; i++) See(Person(500 + (10 * i)));

        Assert.Equal(640, Predict(3).Single().Detection.Box.Right);
        Assert.Empty(Predict(7));
    }

    [Fact]
    public void Should_not_predict_what_is_lost_or_too_long_ago()
    {
        See(Person(0), Person(200));
        See(Person(0), Person(200));
        See(Person(0));

        Assert.Equal(1, Predict(1).Single().Track.Number);
        Assert.Empty(Predict(11));
    }

    [Property(MaxTest = 100)]
    public void Should_give_the_same_tracks_when_the_frames_are_the_same(byte[] seeds)
    {
        var (one, other) = (new Tracker(new TrackerOptions()), new Tracker(new TrackerOptions()));

        Assert.Equal(Play(one, seeds), Play(other, seeds));
    }

    [Property(MaxTest = 100)]
    public void Should_never_give_a_track_twice_when_anything_is_seen(byte[] seeds)
    {
        var ended = new HashSet<long>();
        var tracker = new Tracker(new TrackerOptions { LostAfter = TimeSpan.FromMilliseconds(300) });
        foreach (var (tracks, gone) in Played(tracker, seeds))
        {
            Assert.Equal(tracks.Count, tracks.Distinct().Count());
            Assert.All(gone, id => Assert.True(ended.Add(id)));
            Assert.DoesNotContain(tracks, ended.Contains);
        }
    }

    [Fact]
    public void Should_allocate_nothing_when_objects_come_and_go_steadily()
    {
        var detections = new Detection[20];
        var (tracks, boxes) = (new TrackId[20], new TrackedBox[64]);
        void Round(int frame)
        {
            for (var i = 0; i < detections.Length; i++)
                detections[i] = new Detection(Box(((frame * 7) + (i * 60)) % 1200, 60 * (i % 5)), i % 3, 0.4f + (0.5f * ((frame + i) % 7) / 7));
            _tracker.Update(detections.AsSpan(0, 10 + (frame % 11)), TimeSpan.FromMilliseconds(100 * frame), tracks);
            _tracker.Predict(TimeSpan.FromMilliseconds((100 * frame) + 50), Frame, boxes);
        }
        for (var frame = 0; frame < 300; frame++) Round(frame);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var frame = 300; frame < 600; frame++) Round(frame);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Play(Tracker tracker, byte[] seeds) =>
        string.Join(';', Played(tracker, seeds).Select(frame => string.Join(',', frame.Tracks.Concat(frame.Ended))));

    private static IEnumerable<(IReadOnlyList<long> Tracks, IReadOnlyList<long> Ended)> Played(Tracker tracker, byte[] seeds)
    {
        var frame = 0;
        foreach (var some in seeds.Chunk(4))
        {
            Detection[] detections = [.. some.Select(seed => new Detection(Box(seed % 16 * 20, seed / 16 * 20), seed % 2, (seed % 10) / 10f))];
            var tracks = new TrackId[detections.Length];
            tracker.Update(detections, TimeSpan.FromMilliseconds(100 * (frame += some[0] % 5)), tracks);
            yield return ([.. tracks.Select(t => t.Number)], [.. tracker.Ended.ToArray().Select(t => t.Number)]);
        }
    }

    private long[] See(params Detection[] detections) => At(TimeSpan.FromMilliseconds(100 * _frame++), detections);

    private long[] At(TimeSpan at, params Detection[] detections)
    {
        var tracks = new TrackId[detections.Length];
        _tracker.Update(detections, at, tracks);
        return [.. tracks.Select(t => t.Number)];
    }

    /// <summary>So many frames after the last one seen.</summary>
    private TrackedBox[] Predict(int frames)
    {
        var boxes = new TrackedBox[_tracker.InSight];
        return boxes[.._tracker.Predict(TimeSpan.FromMilliseconds(100 * (_frame - 1 + frames)), Frame, boxes)];
    }

    private static Detection Person(float left, float score = 0.9f) => new(Box(left, 100), 0, score);

    private static BoundingBox Box(float left, float top) => new(left, top, left + 40, top + 80);
}
