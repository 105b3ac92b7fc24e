using ActorPipeline.Catalog;
using ActorPipeline.Onnx;
using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

public sealed class MeanAveragePrecisionSpecs
{
    [Fact]
    public void Should_average_over_101_recalls_when_a_wrong_one_is_in_between()
    {
        var metric = new MeanAveragePrecision(Given.Truth(("a", [Given.Object(Given.Square())]), ("b", [Given.Object(Given.Square())])));
        Answer[] answers = [Given.Boxes("a", Given.Found(Given.Square(), 0.9f), Given.Found(Given.Square(50), 0.8f)), Given.Boxes("b", Given.Found(Given.Square(), 0.7f))];
        // Precision 1 at recalls .00 to .50, and 2/3 at .51 to 1.00.
        Assert.Equal(100 * (51 + (50 * 2 / 3.0)) / 101, metric.ScoreAll(answers), 9);
    }

    [Fact]
    public void Should_count_only_the_ious_that_a_box_reaches_when_it_is_not_exact()
    {
        // 60 of 100 pixels: right at .50, .55 and .60.
        var metric = new MeanAveragePrecision(Given.Truth(("a", [Given.Object(Given.Square())])));
        Answer[] answers = [Given.Boxes("a", Given.Found(new BoundingBox(0, 0, 10, 6), 0.9f))];
        Assert.Equal(30, metric.ScoreAll(answers), 9);
        Assert.Equal(100, metric.Ap50.ScoreAll(answers), 9);
    }

    [Fact]
    public void Should_stop_at_the_recall_that_is_reached_when_objects_are_missed()
    {
        var metric = new MeanAveragePrecision(Given.Truth(("a", [Given.Object(Given.Square()), Given.Object(Given.Square(30)), Given.Object(Given.Square(60)), Given.Object(Given.Square(90))])));
        Assert.Equal(100 * 26 / 101.0, metric.ScoreAll([Given.Boxes("a", Given.Found(Given.Square(30), 0.9f))]), 9);
        Assert.Equal(0, metric.ScoreAll([Given.Boxes("a")]));
    }

    [Fact]
    public void Should_count_the_second_as_wrong_when_two_find_one_object()
    {
        var truth = Given.Truth(("a", [Given.Object(Given.Square()), Given.Object(Given.Square(30))]));
        Answer[] answers = [Given.Boxes("a", Given.Found(Given.Square(), 0.9f), Given.Found(Given.Square(), 0.8f), Given.Found(Given.Square(30), 0.7f))];
        Assert.Equal(100 * (51 + (50 * 2 / 3.0)) / 101, new MeanAveragePrecision(truth).ScoreAll(answers), 9);
    }

    [Fact]
    public void Should_count_neither_when_a_box_lies_in_a_crowd()
    {
        var truth = Given.Truth(("a", [Given.Object(new BoundingBox(100, 0, 200, 100), crowd: true), Given.Object(Given.Square())]));
        Answer[] answers = [Given.Boxes("a", Given.Found(Given.Square(120), 0.9f), Given.Found(Given.Square(150), 0.8f), Given.Found(Given.Square(), 0.7f))];
        Assert.Equal(100, new MeanAveragePrecision(truth).ScoreAll(answers), 9);
    }

    [Fact]
    public void Should_average_over_the_classes_that_occur_when_others_are_only_found()
    {
        var truth = Given.Truth(("a", [Given.Object(Given.Square(), 1), Given.Object(Given.Square(30), 2)]));
        Answer[] answers = [Given.Boxes("a", Given.Found(Given.Square(), 0.9f, 1), Given.Found(Given.Square(), 0.9f, 7), Given.Found(Given.Square(30), 0.9f, 1))];
        Assert.Equal(50, new MeanAveragePrecision(truth).ScoreAll(answers), 9);
    }

    [Fact]
    public void Should_look_at_a_hundred_at_most_when_a_picture_has_more_of_a_class()
    {
        var truth = Given.Truth(("a", [Given.Object(Given.Square())]));
        Detection[] wrong = [.. Enumerable.Range(0, 100).Select(i => Given.Found(Given.Square(50 + i), 0.9f))];
        Assert.Equal(0, new MeanAveragePrecision(truth).ScoreAll([Given.Boxes("a", [.. wrong, Given.Found(Given.Square(), 0.5f)])]));
        Assert.True(new MeanAveragePrecision(truth).ScoreAll([Given.Boxes("a", [.. wrong[1..], Given.Found(Given.Square(), 0.5f)])]) > 0);
    }

    [Fact]
    public void Should_be_wrong_when_a_box_is_no_number()
    {
        var truth = Given.Truth(("a", [Given.Object(Given.Square())]));
        Assert.Equal(0, new MeanAveragePrecision(truth).ScoreAll([Given.Boxes("a", Given.Found(new BoundingBox(float.NaN, 0, float.NaN, 10), 0.9f))]));
    }

    [Fact]
    public void Should_be_no_number_when_the_sample_has_no_object()
    {
        var metric = new MeanAveragePrecision(Given.Truth(("a", [Given.Object(Given.Square())]), ("b", [])));
        Answer[] answers = [Given.Boxes("a", Given.Found(Given.Square(), 0.9f)), Given.Boxes("b", Given.Found(Given.Square(), 0.9f)), Given.Boxes("unknown", Given.Found(Given.Square(), 1))];
        Assert.True(double.IsNaN(metric.Score(answers, [1, 2])));
        Assert.True(double.IsNaN(metric.Score(answers, [])));
        Assert.Equal(100, metric.Score(answers, [0, 1, 2]), 9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Should_score_a_sample_as_the_pictures_it_stands_for_when_some_are_in_it_twice(int seed)
    {
        var random = new Random(seed);
        var pictures = Enumerable.Range(0, 12).Select(i => $"{i}").ToArray();
        var truth = pictures.ToDictionary(p => p, _ => (IReadOnlyList<TruthBox>)[.. Enumerable.Range(0, random.Next(5)).Select(_ => Given.Object(Given.Square(random.Next(60), 20), random.Next(3), random.Next(6) == 0))]);
        Answer[] answers = [.. pictures.Select(p => Given.Boxes(p, [.. Enumerable.Range(0, 8).Select(_ => Given.Found(Given.Square(random.Next(60), 20), random.NextSingle(), random.Next(3)))]))];
        int[] sample = [.. pictures.Select(_ => random.Next(pictures.Length))];
        var apart = sample.Select((of, i) => ($"copy {i}", truth[pictures[of]].ToArray())).ToArray();
        Answer[] copies = [.. sample.Select((of, i) => answers[of] with { Picture = $"copy {i}" })];
        var (metric, expected) = (new MeanAveragePrecision(truth), new MeanAveragePrecision(Given.Truth(apart)));
        Assert.InRange(metric.Score(answers, sample), 0.01, 99.99);
        Assert.Equal(expected.ScoreAll(copies), metric.Score(answers, sample), 9);
        Assert.Equal(expected.Ap50.ScoreAll(copies), metric.Ap50.Score(answers, sample), 9);
    }

    [DataFact]
    public void Should_say_what_the_bench_says_when_it_judges_picodet()
    {
        var card = TestData.PicoDetS;
        var set = PictureSet.Open(TestData.PathOf("coco_cc", "val"));
        var truth = TaskTruth.Read(card, set, TestData.PathOf("coco_cc", "val.json"), LabelList.Load(card.LabelsPath!), 80);
        using var model = new OnnxModelRuntime().Load(Examiner.CardFor(card), default);
        var answers = Examiner.Examine(model, truth.Pictures, default);
        var metrics = truth.Metrics(answers);
        Assert.Equal([("mAP .5:.95", 37.79), ("AP50", 57.85)], metrics.Select(m => (m.Name, Math.Round(m.ScoreAll(answers), 2))));
        Assert.Equal(100, truth.Agreement(answers).ScoreAll(answers));
        Assert.Equal(new LossInterval(0, 0), PairedBootstrap.Of(metrics[0], answers, answers));
    }
}
