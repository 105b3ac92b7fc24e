namespace ActorPipeline.Evaluation;

public sealed class TopAccuracySpecs
{
    private static readonly Dictionary<string, IReadOnlyList<int>> Truth = new() { ["a"] = [1], ["b"] = [2], ["c"] = [3], ["d"] = [4] };

    private static readonly Answer[] Answers =
    [
        Given.Classes("a", 1, 9, 8, 7, 6), Given.Classes("b", 9, 8, 7, 6, 2), Given.Classes("c", 9, 8, 7, 6, 5), Given.Classes("d"), Given.Classes("unknown", 1),
    ];

    [Fact]
    public void Should_count_the_right_among_the_best_when_there_is_a_truth()
    {
        Assert.Equal(("top-1", 25), (new TopAccuracy(Truth, 1).Name, new TopAccuracy(Truth, 1).ScoreAll(Answers)));
        Assert.Equal(("top-5", 50), (new TopAccuracy(Truth, 5).Name, new TopAccuracy(Truth, 5).ScoreAll(Answers)));
    }

    [Fact]
    public void Should_count_any_of_the_right_ones_when_a_picture_has_several() =>
        Assert.Equal(50, new TopAccuracy(new Dictionary<string, IReadOnlyList<int>> { ["a"] = [5, 1], ["b"] = [5, 2] }, 1).Score(Answers, [0, 1]));

    [Fact]
    public void Should_count_a_picture_as_often_as_the_sample_names_it_when_it_does_so_twice() =>
        Assert.Equal(75, new TopAccuracy(Truth, 1).Score(Answers, [0, 0, 0, 2]));

    [Fact]
    public void Should_be_no_number_when_nothing_can_be_judged()
    {
        Assert.True(double.IsNaN(new TopAccuracy(Truth, 1).Score(Answers, [4])));
        Assert.True(double.IsNaN(new TopAccuracy(Truth, 1).Score(Answers, [])));
    }
}
