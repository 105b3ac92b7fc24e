using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

public sealed class DetectionAgreementSpecs
{
    private const float Threshold = 0.4f;

    [Fact]
    public void Should_be_full_when_both_find_the_same_with_other_scores()
    {
        Answer[] model = [Given.Boxes("a", Given.Found(Given.Square(), 0.9f), Given.Found(Given.Square(30), 0.5f, 2)), Given.Boxes("b")];
        var metric = new DetectionAgreement(model, Threshold);
        Assert.Equal(100, metric.ScoreAll(model));
        Assert.Equal(100, metric.ScoreAll([Given.Boxes("a", Given.Found(Given.Square(31), 0.95f, 2), Given.Found(Given.Square(), 0.4f)), Given.Boxes("b")]));
    }

    [Fact]
    public void Should_be_f1_when_some_are_missed_and_some_are_new()
    {
        // Two pairs of three and four.
        var metric = new DetectionAgreement([Given.Boxes("a", Given.Found(Given.Square(), 0.9f), Given.Found(Given.Square(30), 0.8f), Given.Found(Given.Square(60), 0.7f))], Threshold);
        Answer[] answers = [Given.Boxes("a", Given.Found(Given.Square(), 0.9f), Given.Found(Given.Square(30), 0.8f), Given.Found(Given.Square(90), 0.7f), Given.Found(Given.Square(120), 0.6f))];
        Assert.Equal(100 * 4 / 7.0, metric.ScoreAll(answers), 9);
    }

    [Theory]
    [InlineData(0, 0, 0.39f, 0)] // below the threshold on one side
    [InlineData(1, 0, 0.9f, 0)] // another class
    [InlineData(0, 4, 0.9f, 0)] // IoU 60 / 140
    [InlineData(0, 3, 0.9f, 100)] // IoU 70 / 130
    [InlineData(0, 0, 0.4f, 100)] // at the threshold
    public void Should_pair_when_class_place_and_score_do(int of, float at, float score, double agreement)
    {
        var metric = new DetectionAgreement([Given.Boxes("a", Given.Found(Given.Square(), 0.9f))], Threshold);
        Assert.Equal(agreement, metric.ScoreAll([Given.Boxes("a", Given.Found(Given.Square(at), score, of))]), 9);
    }

    [Fact]
    public void Should_pair_each_once_when_two_lie_on_one()
    {
        var metric = new DetectionAgreement([Given.Boxes("a", Given.Found(Given.Square(), 0.9f))], Threshold);
        Assert.Equal(200 / 3.0, metric.ScoreAll([Given.Boxes("a", Given.Found(Given.Square(), 0.9f), Given.Found(Given.Square(), 0.8f))]), 9);
    }

    [Fact]
    public void Should_not_gain_when_pictures_are_empty_for_both()
    {
        Answer[] model = [Given.Boxes("a", Given.Found(Given.Square(), 0.9f)), .. Enumerable.Range(0, 20).Select(i => Given.Boxes($"empty {i}"))];
        Answer[] lost = [Given.Boxes("a"), .. model[1..]];
        Assert.Equal(0, new DetectionAgreement(model, Threshold).ScoreAll(lost));
    }

    [Fact]
    public void Should_be_no_number_when_neither_finds_anything()
    {
        Answer[] model = [Given.Boxes("a"), Given.Boxes("b", Given.Found(Given.Square(), 0.1f))];
        Assert.True(double.IsNaN(new DetectionAgreement(model, Threshold).ScoreAll(model)));
        Assert.Equal(0, new DetectionAgreement(model, Threshold).ScoreAll([Given.Boxes("a", Given.Found(Given.Square(), 0.9f)), Given.Boxes("b")]));
    }

    [Fact]
    public void Should_not_pair_when_a_box_is_no_number()
    {
        var metric = new DetectionAgreement([Given.Boxes("a", Given.Found(Given.Square(), 0.9f))], Threshold);
        Assert.Equal(0, metric.ScoreAll([Given.Boxes("a", Given.Found(new BoundingBox(float.NaN, 0, 10, 10), 0.9f))]));
    }

    [Fact]
    public void Should_count_a_picture_as_often_as_the_sample_names_it_when_it_does_so_twice()
    {
        Answer[] model = [Given.Boxes("a", Given.Found(Given.Square(), 0.9f)), Given.Boxes("b", Given.Found(Given.Square(), 0.9f))];
        var metric = new DetectionAgreement(model, Threshold);
        Answer[] answers = [model[0], Given.Boxes("b")];
        // Two pairs make four of five; one of three is none.
        Assert.Equal(80, metric.Score(answers, [0, 0, 1]), 9);
        Assert.Equal(50, metric.Score(answers, [0, 1, 1]), 9);
    }
}
