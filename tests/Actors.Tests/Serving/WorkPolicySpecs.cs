using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;
using Akka.Actor;

namespace ActorPipeline.Serving;

public sealed class WorkPolicySpecs : IDisposable
{
    private static readonly ModelId Classifier = new("classifier");
    private readonly PixelPool _pool = new(1, 12 * 16);
    private readonly PixelBuffer _buffer;
    private readonly WorkPolicy _policy = new();

    public WorkPolicySpecs() => _buffer = _pool.TryRent()!;

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Should_take_the_oldest_frame_first_when_a_later_one_came_first()
    {
        Add("street", 2, capturedAt: 20);
        Add("street", 1, capturedAt: 10);
        Add("street", 3, capturedAt: 30);

        Assert.Equal([1, 2, 3], TakeAll());
    }

    [Fact]
    public void Should_keep_the_order_of_arrival_when_frames_are_equally_old()
    {
        Add("street", 1, capturedAt: 10);
        Add("street", 2, capturedAt: 10);

        Assert.Equal([1, 2], TakeAll());
    }

    [Fact]
    public void Should_pass_over_work_when_its_model_is_not_ready()
    {
        Add("street", 1, capturedAt: 10, model: "detector");
        Add("street", 2, capturedAt: 20, model: "classifier");

        Assert.Equal(2, Take("classifier"));
        Assert.Null(Take("classifier"));
        Assert.Equal(1, _policy.Queued(new ModelId("detector")));
    }

    [Fact]
    public void Should_let_pipelines_take_turns_when_one_has_much_older_work()
    {
        for (var i = 1; i <= 3; i++) Add("busy", i, capturedAt: i);
        for (var i = 101; i <= 103; i++) Add("quiet", i, capturedAt: i);

        Assert.Equal([1, 101, 2, 102, 3, 103], TakeAll());
    }

    [Fact]
    public void Should_keep_a_pipelines_place_in_turn_when_it_had_nothing_that_could_run()
    {
        Add("a", 1, capturedAt: 1, model: "detector");
        Add("b", 2, capturedAt: 2, model: "classifier");
        Add("b", 3, capturedAt: 3, model: "classifier");
        Take("classifier");

        Assert.Equal([1, 3], TakeAll());
    }

    [Fact]
    public void Should_take_out_only_what_matches_when_a_submitter_is_gone()
    {
        Add("a", 1, capturedAt: 1);
        Add("b", 2, capturedAt: 2);

        Assert.Equal([1], _policy.TakeAll(p => p.Pipeline.Value == "a").Select(p => p.Submitted.Id.Number));
        Assert.Equal([2], TakeAll());
        Assert.Equal(0, _policy.Queued(new ModelId("detector")));
    }

    [Fact]
    public void Should_spread_the_crops_of_a_frame_when_lanes_would_idle()
    {
        AddCrops("a", 1, crops: 7);

        Assert.Equal([(1, 0, 4)], Slice(idle: 2));
        Assert.Equal([(1, 4, 3)], Slice(idle: 1));
        Assert.Empty(Slice(idle: 1));
    }

    [Fact]
    public void Should_keep_the_crops_of_a_frame_together_when_other_work_keeps_the_other_lanes_busy()
    {
        AddCrops("a", 1, crops: 6);
        AddCrops("a", 2, crops: 6);

        Assert.Equal([(1, 0, 6)], Slice(idle: 2));
        Assert.Equal([(2, 0, 6)], Slice(idle: 1));
    }

    [Fact]
    public void Should_mix_crops_of_all_pipelines_when_the_model_takes_several_at_once()
    {
        AddCrops("a", 1, crops: 3);
        AddCrops("b", 2, crops: 2);
        AddCrops("c", 3, crops: 5);

        Assert.Equal([(1, 0, 3), (2, 0, 2), (3, 0, 3)], Slice(idle: 1, batch: 8));
        Assert.Equal([(3, 3, 2)], Slice(idle: 1, batch: 8));
    }

    [Fact]
    public void Should_try_alone_what_has_failed_when_crops_are_put_together()
    {
        AddCrops("a", 1, crops: 1);
        AddCrops("b", 2, crops: 1);
        var slice = new LaneSlice(0);
        _policy.Take(_ => 4, 1, slice);
        foreach (var (piece, _) in slice.Pieces)
        {
            piece.Fail(new PieceFailure("run-failed", "", MayRetry: true));
            piece.SliceOver();
            piece.Retry();
            _policy.Add(piece);
        }
        AddCrops("c", 3, crops: 1);

        Assert.Equal([(1, 0, 1)], Slice(idle: 1, batch: 4));
        Assert.Equal(2, slice.Pieces.Count);
        Assert.Equal([(2L, 3L)], [(Slice(idle: 1, batch: 4).Single().Piece, Slice(idle: 1, batch: 4).Single().Piece)]);
    }

    [Theory]
    [InlineData(8, 1, 2, 4)]
    [InlineData(8, 1, 1, 8)]
    [InlineData(7, 4, 2, 4)]
    [InlineData(9, 4, 2, 8)]
    [InlineData(3, 8, 2, 3)]
    [InlineData(1, 1, 4, 1)]
    public void Should_give_whole_batches_when_crops_are_spread(int crops, int batch, int lanes, int share) => Assert.Equal(share, WorkPolicy.Share(crops, batch, lanes));

    [Fact]
    public void Should_let_the_pipeline_go_first_that_has_had_less_lane_time()
    {
        for (var i = 1; i <= 4; i++) Add("heavy", i, capturedAt: i);
        for (var i = 101; i <= 110; i++) Add("light", i, capturedAt: i);

        var taken = new List<long>();
        for (var i = 0; i < 10; i++)
        {
            var slice = new LaneSlice(0);
            Assert.NotNull(_policy.Take(_ => 1, 1, slice));
            var number = slice.Pieces[0].Piece.Submitted.Id.Number;
            taken.Add(number);
            _policy.Took(slice, TimeSpan.FromMilliseconds(number < 100 ? 40 : 10));
        }

        // Four runs of the light one cost as much as one of the heavy one.
        Assert.Equal((2, 8), (taken.Count(n => n < 100), taken.Count(n => n > 100)));
    }

    [Fact]
    public void Should_save_nothing_up_when_a_pipeline_was_idle()
    {
        for (var i = 1; i <= 20; i++) Add("busy", i, capturedAt: i);
        for (var i = 0; i < 10; i++) Ran(10);

        for (var i = 101; i <= 110; i++) Add("late", i, capturedAt: i);
        var next = Enumerable.Range(0, 6).Select(_ => Ran(10)).ToArray();

        Assert.Equal(3, next.Count(n => n > 100));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Should_share_as_before_when_a_run_seems_to_have_taken_hours_or_less_than_nothing(int direction)
    {
        for (var i = 1; i <= 60; i++) Add("unlucky", i, capturedAt: i);
        for (var i = 101; i <= 160; i++) Add("lucky", i, capturedAt: i);
        for (var i = 0; i < 20; i++) Ran(10);

        // The clock jumped while one of them ran.
        var hit = Ran(direction * 8 * 3600 * 1000) > 100;
        var next = Enumerable.Range(0, 40).Select(_ => Ran(10) > 100).ToArray();

        // It pays, or saves, a few runs and not hours.
        Assert.InRange(next.Count(lucky => lucky == hit), 12, 24);
        Assert.Equal(10, next[20..].Count(lucky => lucky == hit));
    }

    [Fact]
    public void Should_learn_what_a_model_takes_when_it_became_much_slower()
    {
        for (var i = 1; i <= 60; i++) Add("a", i, capturedAt: i);
        for (var i = 0; i < 10; i++) Ran(1);
        for (var i = 0; i < 12; i++) Ran(1000);

        // Another pipeline's first run is charged what it takes now: then both have the same.
        for (var i = 101; i <= 110; i++) Add("b", i, capturedAt: i);
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => Ran(1000) > 100));
    }

    private long Ran(long milliseconds)
    {
        var slice = new LaneSlice(0);
        Assert.NotNull(_policy.Take(_ => 1, 1, slice));
        _policy.Took(slice, TimeSpan.FromMilliseconds(milliseconds));
        return slice.Pieces[0].Piece.Submitted.Id.Number;
    }

    private void Add(string pipeline, long number, int capturedAt, string model = "detector") => Add(pipeline, number, capturedAt, new ModelId(model), new DetectWork(_buffer, 2, 2));

    private void AddCrops(string pipeline, long number, int crops) => Add(pipeline, number, (int)number, Classifier, new ClassifyWork(_buffer, crops, 2, 2));

    private void Add(string pipeline, long number, int capturedAt, ModelId model, LaneWork work) => _policy.Add(new WorkPiece(
        new ServingProtocol.Submit(new WorkId(new PipelineId(pipeline), number), model, work, TimeSpan.FromSeconds(capturedAt)), ActorRefs.Nobody));

    private List<(long Piece, int First, int Count)> Slice(int idle, int batch = 1)
    {
        var slice = new LaneSlice(0);
        _policy.Take(_ => batch, idle, slice);
        return [.. slice.Pieces.Zip(slice.Work.Parts, (p, part) => (p.Piece.Submitted.Id.Number, part.First, part.Count))];
    }

    private long? Take(string model)
    {
        var slice = new LaneSlice(0);
        return _policy.Take(m => m.Value == model ? 1 : 0, 1, slice) is null ? null : slice.Pieces[0].Piece.Submitted.Id.Number;
    }

    private List<long> TakeAll()
    {
        var taken = new List<long>();
        for (var slice = new LaneSlice(0); _policy.Take(_ => 1, 1, slice) is not null; slice = new LaneSlice(0)) taken.Add(slice.Pieces[0].Piece.Submitted.Id.Number);
        return taken;
    }
}
