using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;
using Akka.Actor;

namespace ActorPipeline.Serving;

public sealed class WorkPolicySpecs : IDisposable
{
    private readonly PixelPool _pool = new(1, 12);
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

        Assert.Equal(2, _policy.Take(m => m.Value == "classifier")?.Submitted.Id.Number);
        Assert.Null(_policy.Take(m => m.Value == "classifier"));
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
        _policy.Take(m => m.Value == "classifier");

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

    private void Add(string pipeline, long number, int capturedAt, string model = "detector") => _policy.Add(new WorkPiece(
        new ServingProtocol.Submit(
            new WorkId(new PipelineId(pipeline), number), new ModelId(model), new DetectWork(_buffer, 2, 2), TimeSpan.FromSeconds(capturedAt)),
        ActorRefs.Nobody, Retried: false));

    private List<long> TakeAll()
    {
        var taken = new List<long>();
        while (_policy.Take(_ => true) is { } piece) taken.Add(piece.Submitted.Id.Number);
        return taken;
    }
}
