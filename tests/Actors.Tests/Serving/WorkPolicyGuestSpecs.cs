using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;
using Akka.Actor;

namespace ActorPipeline.Serving;

/// <summary>Neighbours' work goes behind all that this node could do for itself, and takes nothing from it.</summary>
public sealed class WorkPolicyGuestSpecs : IDisposable
{
    private static readonly ModelId Classifier = new("classifier");
    private readonly PixelPool _pool = new(1, 12 * 16);
    private readonly PixelBuffer _buffer;
    private readonly WorkPolicy _policy = new();

    public WorkPolicyGuestSpecs() => _buffer = _pool.TryRent()!;

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Should_take_own_work_first_when_a_neighbours_is_older()
    {
        Add("@there", 1, crops: 1);
        Add("@other", 2, crops: 1);
        Add("street", 11, crops: 1);
        Add("street", 12, crops: 1);

        Assert.Equal([11, 12, 1, 2], TakeAll());
    }

    [Fact]
    public void Should_take_a_neighbours_work_when_the_model_of_its_own_is_not_ready()
    {
        Add("@there", 1, crops: 1);
        Add("street", 11, crops: 1, model: "second");

        Assert.Equal(1, Assert.Single(Slice(idle: 1)).Piece);
        Assert.Empty(Slice(idle: 1));
    }

    [Fact]
    public void Should_fill_the_rest_of_a_slice_with_neighbours_crops_when_its_own_do_not()
    {
        Add("@there", 1, crops: 5);
        Add("street", 11, crops: 2);
        Add("yard", 12, crops: 1);

        Assert.Equal([(11, 2), (12, 1), (1, 1)], Slice(idle: 1, batch: 4).Select(p => ((int)p.Piece, p.Count)));
        Assert.Equal([(1, 4)], Slice(idle: 1, batch: 4).Select(p => ((int)p.Piece, p.Count)));
    }

    [Fact]
    public void Should_spread_its_own_crops_over_idle_lanes_when_only_neighbours_work_would_keep_them_busy()
    {
        Add("@there", 1, crops: 8);
        Add("street", 11, crops: 8);

        Assert.Equal([(11L, 0, 4)], Slice(idle: 2));
        Assert.Equal([(11L, 4, 4)], Slice(idle: 1));
        Assert.Equal([(1L, 0, 8)], Slice(idle: 1));
    }

    [Fact]
    public void Should_share_between_neighbours_when_nothing_of_its_own_waits()
    {
        for (var i = 1; i <= 20; i++) Add("@busy", i, crops: 1);
        for (var i = 101; i <= 110; i++) Add("@late", i, crops: 1);

        Assert.Equal(3, Enumerable.Range(0, 6).Count(_ => Ran(10) > 100));
    }

    [Fact]
    public void Should_share_between_its_pipelines_as_ever_when_neighbours_ran_much_in_between()
    {
        for (var i = 1; i <= 20; i++) Add("street", i, crops: 1);
        for (var i = 0; i < 10; i++) Ran(10);
        for (var i = 0; i < 10; i++) Ran(10);
        // Nothing of its own waits: neighbours have ten times the lane time that pipelines had.
        for (var i = 901; i <= 940; i++) Add("@there", i, crops: 1);
        for (var i = 0; i < 40; i++) Ran(100);

        for (var i = 21; i <= 30; i++) Add("street", i, crops: 1);
        for (var i = 101; i <= 110; i++) Add("yard", i, crops: 1);

        Assert.Equal(3, Enumerable.Range(0, 6).Count(_ => Ran(10) > 100));
    }

    [Fact]
    public void Should_forget_neighbours_that_have_nothing_here_when_another_comes()
    {
        Add("street", 1, crops: 1);
        for (var i = 0; i < 50; i++)
        {
            Add($"@{i}", 1, crops: 1);
            Ran(1);
        }

        Assert.InRange(_policy.Turns, 1, 3);
    }

    [Fact]
    public void Should_tell_neighbours_work_apart_when_it_counts_what_waits()
    {
        Add("street", 11, crops: 2);
        Ran(20);
        Add("street", 12, crops: 3);
        Add("@there", 1, crops: 5);
        Add("@there", 2, crops: 1, model: "second");

        Assert.Equal((2, 1), (_policy.Queued(Classifier), _policy.Guests(Classifier)));
        Assert.Equal(TimeSpan.FromMilliseconds(10), _policy.Cost(Classifier));
        Assert.Null(_policy.Cost(new ModelId("second")));
        Assert.Equal(TimeSpan.FromMilliseconds(30), _policy.Backlog(m => m == Classifier, guests: false));
        Assert.Equal(TimeSpan.FromMilliseconds(80), _policy.Backlog(m => m == Classifier, guests: true));
        Assert.Equal(TimeSpan.Zero, _policy.Backlog(_ => false, guests: true));
    }

    private void Add(string pipeline, long number, int crops, string model = "classifier") => _policy.Add(new WorkPiece(
        new ServingProtocol.Submit(new WorkId(new PipelineId(pipeline), number), new ModelId(model), new ClassifyWork(_buffer, crops, 2, 2), TimeSpan.FromSeconds(number)) { Guest = pipeline[0] == '@' },
        ActorRefs.Nobody));

    private long Ran(long milliseconds)
    {
        var slice = new LaneSlice(0);
        Assert.NotNull(_policy.Take(m => m == Classifier ? 1 : 0, 1, slice));
        _policy.Took(slice, TimeSpan.FromMilliseconds(milliseconds));
        return slice.Pieces[0].Piece.Submitted.Id.Number;
    }

    private List<(long Piece, int First, int Count)> Slice(int idle, int batch = 1)
    {
        var slice = new LaneSlice(0);
        _policy.Take(m => m == Classifier ? batch : 0, idle, slice);
        return [.. slice.Pieces.Zip(slice.Work.Parts, (p, part) => (p.Piece.Submitted.Id.Number, part.First, part.Count))];
    }

    private List<long> TakeAll()
    {
        var taken = new List<long>();
        for (var slice = Slice(idle: 1); slice.Count > 0; slice = Slice(idle: 1)) taken.Add(slice[0].Piece);
        return taken;
    }
}
