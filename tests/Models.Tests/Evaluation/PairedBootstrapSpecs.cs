namespace ActorPipeline.Evaluation;

public sealed class PairedBootstrapSpecs
{
    [Fact]
    public void Should_give_the_same_interval_when_the_seed_is_the_same()
    {
        var (metric, model, quantised) = Made(60, new Random(1));
        var first = PairedBootstrap.Of(metric, model, quantised, seed: 5);
        Assert.Equal(first, PairedBootstrap.Of(metric, model, quantised, seed: 5));
        Assert.Equal(PairedBootstrap.Of(metric, model, quantised), PairedBootstrap.Of(metric, model, quantised));
        Assert.True(first.Low < first.High);
        Assert.InRange(metric.ScoreAll(model) - metric.ScoreAll(quantised), first.Low, first.High);
    }

    [Fact]
    public void Should_hold_the_true_loss_in_about_95_of_100_when_samples_are_made()
    {
        // The float model is right on 90 of 100, and the quantised one loses 10 of 100 and gains 3 of 100 of them: 9 - 0.3 points of loss.
        var random = new Random(7);
        var held = 0;
        for (var i = 0; i < 300; i++)
        {
            var (metric, model, quantised) = Made(150, random);
            var interval = PairedBootstrap.Of(metric, model, quantised, draws: 300, seed: i);
            if (interval.Low <= 8.7 && 8.7 <= interval.High) held++;
        }
        Assert.InRange(held / 300.0, 0.90, 0.985);
    }

    [Fact]
    public void Should_be_narrower_when_there_are_more_pictures()
    {
        var (metric, model, quantised) = Made(50, new Random(3));
        var (more, manyModel, manyQuantised) = Made(5000, new Random(3));
        Assert.True(Width(PairedBootstrap.Of(more, manyModel, manyQuantised)) * 5 < Width(PairedBootstrap.Of(metric, model, quantised)));
    }

    [Fact]
    public void Should_have_no_width_when_both_answer_alike()
    {
        var (metric, model, _) = Made(20, new Random(3));
        Assert.Equal(new LossInterval(0, 0), PairedBootstrap.Of(metric, model, [.. model]));
    }

    [Fact]
    public void Should_draw_the_same_pictures_for_both_when_it_compares()
    {
        // The second is wrong where the first is, and on one more: never better, whatever is drawn.
        Answer[] model = [.. Enumerable.Range(0, 40).Select(i => Given.Classes($"{i}", i % 2))];
        Answer[] quantised = [Given.Classes("0", 1), .. model[1..]];
        var metric = new TopAccuracy(model.ToDictionary(a => a.Picture, IReadOnlyList<int> (_) => [0]), 1);
        var interval = PairedBootstrap.Of(metric, model, quantised);
        Assert.Equal(0, interval.Low);
        Assert.InRange(interval.High, 2.5, 10);
    }

    [Fact]
    public void Should_be_no_number_when_most_draws_cannot_be_judged()
    {
        Answer[] answers = [.. Enumerable.Range(0, 20).Select(i => Given.Classes($"{i}", 0))];
        var interval = PairedBootstrap.Of(new TopAccuracy(new Dictionary<string, IReadOnlyList<int>>(), 1), answers, answers);
        Assert.True(double.IsNaN(interval.Low) && double.IsNaN(interval.High));
        Assert.True(double.IsNaN(PairedBootstrap.Of(new ClassAgreement([]), [], []).High));
    }

    [Fact]
    public void Should_refuse_when_the_pictures_are_not_the_same() =>
        Assert.Throws<ArgumentException>(() => PairedBootstrap.Of(new ClassAgreement([]), [Given.Classes("a", 1)], [Given.Classes("b", 1)]));

    private static double Width(LossInterval interval) => interval.High - interval.Low;

    private static (ITaskMetric Metric, Answer[] Model, Answer[] Quantised) Made(int pictures, Random random)
    {
        var (model, quantised) = (new Answer[pictures], new Answer[pictures]);
        for (var i = 0; i < pictures; i++)
        {
            var right = random.NextDouble() < 0.9;
            var still = random.NextDouble() < (right ? 0.9 : 0.03);
            (model[i], quantised[i]) = (Given.Classes($"{i}", right ? 0 : 1), Given.Classes($"{i}", still ? 0 : 1));
        }
        return (new TopAccuracy(model.ToDictionary(a => a.Picture, IReadOnlyList<int> (_) => [0]), 1), model, quantised);
    }
}
