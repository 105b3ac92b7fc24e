using ActorPipeline.Catalog;
using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

public sealed class FrameJoinSpecs
{
    private static readonly PipelineClassifier Alone = Of("b", 1), Merged = Of("a+c", 0, 2);
    private static readonly FrameOutcome.Failed First = new("run-failed", "one"), Second = new("run-timeout", "two");

    private readonly FrameJoin _join = new([Merged, Alone], places: 3);

    [Fact]
    public void Should_be_complete_when_all_have_answered()
    {
        _join.Answer(1, [[Label(5)]]);
        Assert.False(_join.IsComplete);
        Assert.Equal((true, false), (_join.Awaits(0), _join.Awaits(1)));

        _join.Answer(0, [[Label(1), Label(2, head: 1)]]);

        Assert.True(_join.IsComplete);
        Assert.Null(_join.Failure);
    }

    [Fact]
    public void Should_give_each_head_its_own_labels_when_classifiers_are_merged()
    {
        _join.Answer(0, [[Label(1), Label(4), Label(2, head: 1)], [Label(3), Label(6, head: 1)]]);
        _join.Answer(1, [[Label(5)], [Label(7)]]);

        Assert.Equal([[1, 4], [5], [2]], Classes(crop: 0));
        Assert.Equal([[3], [7], [6]], Classes(crop: 1));
        Assert.Equal([[], [], []], Classes(crop: 2));
        Assert.Equal(2, _join.Crops);
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
        _join.Answer(1, [[Label(5)]]);
        _join.Answer(1, [[Label(6)]]);
        _join.Fail(1, First);

        Assert.Equal(5, _join.LabelsOf(1, 0).Single().ClassIndex);
        Assert.Null(_join.Failure);
    }

    private IEnumerable<IEnumerable<int>> Classes(int crop) => Enumerable.Range(0, 3).Select(place => _join.LabelsOf(place, crop).Select(l => l.ClassIndex));

    private static Classification Label(int index, int head = 0) => new(index, 0.5f) { Head = head };

    private static PipelineClassifier Of(string model, params int[] places) => new(new ModelId(model), 4, 4, places);
}
