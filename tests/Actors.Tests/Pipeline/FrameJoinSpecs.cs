using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

public sealed class FrameJoinSpecs : IDisposable
{
    private static readonly PipelineClassifier Alone = Of("b", 1), Merged = Of("a+c", 0, 2);
    private static readonly FrameOutcome.Failed First = new("run-failed", "one"), Second = new("run-timeout", "two");

    private readonly FrameJoin _join = new([Merged, Alone]);
    private readonly PixelPool _pool = new(1, 4 * 4 * 3 * 2);
    private readonly PixelBuffer _crops;

    public FrameJoinSpecs()
    {
        _crops = _pool.TryRent()!;
        _join.Begin();
    }

    public void Dispose()
    {
        _crops.Release();
        _pool.Dispose();
    }

    [Fact]
    public void Should_be_complete_when_all_have_answered()
    {
        Answer(1, [[Label(5)]]);
        Assert.False(_join.IsComplete);
        Assert.Equal((true, false), (_join.Awaits(0), _join.Awaits(1)));

        Answer(0, [[Label(1), Label(2, head: 1)]]);

        Assert.True(_join.IsComplete);
        Assert.Null(_join.Failure);
    }

    [Fact]
    public void Should_give_each_head_its_own_labels_when_classifiers_are_merged()
    {
        Answer(0, [[Label(1), Label(4), Label(2, head: 1)], [Label(3), Label(6, head: 1)]]);
        Answer(1, [[Label(5)], [Label(7)]]);

        Assert.Equal([[1, 4], [5], [2]], Classes(crop: 0));
        Assert.Equal([[3], [7], [6]], Classes(crop: 1));
        Assert.Equal([[], [], []], Classes(crop: 2));
    }

    [Fact]
    public void Should_wait_for_the_others_and_keep_the_first_reason_when_one_fails()
    {
        _join.Fail(0, First);
        Assert.False(_join.IsComplete);

        _join.Fail(1, Second);

        Assert.Equal((true, First), (_join.IsComplete, _join.Failure));
    }

    [Fact]
    public void Should_take_the_first_answer_when_one_answers_twice()
    {
        Answer(1, [[Label(5)]]);
        Answer(1, [[Label(6)]]);
        _join.Fail(1, First);

        Assert.Equal(5, Assert.Single(_join.LabelsOf(1, 0).ToArray()).ClassIndex);
        Assert.Null(_join.Failure);
    }

    [Fact]
    public void Should_know_nothing_of_the_frame_before_when_it_begins_anew()
    {
        Answer(1, [[Label(5)]]);
        _join.Fail(0, First);

        _join.Begin();

        Assert.Equal((false, null, false), (_join.IsComplete, _join.Failure, _join.HasAnswered(1)));
        Assert.Equal([[], [], []], Classes(crop: 0));
    }

    private void Answer(int classifier, Classification[][] crops)
    {
        var work = _join.WorkOf(classifier);
        if (_join.Awaits(classifier))
        {
            work.Begin(_crops, crops.Length, 4, 4, labels: 5);
            for (var i = 0; i < crops.Length; i++) work.Answer(i, crops[i]);
        }
        _join.Answer(classifier);
    }

    private IEnumerable<IEnumerable<int>> Classes(int crop) => Enumerable.Range(0, 3).Select(place => _join.LabelsOf(place, crop).ToArray().Select(l => l.ClassIndex));

    private static Classification Label(int index, int head = 0) => new(index, 0.5f) { Head = head };

    private static PipelineClassifier Of(string model, params int[] places) => new(new ModelId(model), 4, 4, places);
}
