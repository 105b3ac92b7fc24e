namespace ActorPipeline.Sinks;

public sealed class FramePainterSpecs
{
    [Fact]
    public void Should_show_the_best_label_of_each_classifier_when_there_are_several() => Assert.Equal(
        ["red", "round"],
        FramePainter.BestOfEach([new("red", 0.9f) { By = "colour" }, new("pink", 0.1f) { By = "colour" }, new("round", 0.5f) { By = "shape" }]).Select(l => l.Name));

    [Fact]
    public void Should_show_the_best_label_when_there_is_one_classifier() =>
        Assert.Equal("red", Assert.Single(FramePainter.BestOfEach([new("red", 0.9f), new("pink", 0.1f)])).Name);
}
