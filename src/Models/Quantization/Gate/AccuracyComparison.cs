using ActorPipeline.Evaluation;

namespace ActorPipeline.Quantization;

/// <summary>Compares the answers of a quantised model with the float one's.</summary>
internal static class AccuracyComparison
{
    /// <summary>What was lost, with its interval.</summary>
    /// <param name="truth">What the pictures show.</param>
    /// <param name="model">The float model's answers.</param>
    /// <param name="quantised">The quantised one's, to the same pictures.</param>
    public static AccuracyFinding Of(TaskTruth truth, IReadOnlyList<Answer> model, IReadOnlyList<Answer> quantised)
    {
        var metrics = truth.Metrics(model);
        var main = metrics[0];
        var interval = PairedBootstrap.Of(main, model, quantised);
        var further = metrics.Skip(1).Select(m => new FurtherMetric(m.Name, m.ScoreAll(model), m.ScoreAll(quantised))).ToArray();
        return new AccuracyFinding(
            truth.Known ? main.Name : AccuracyFinding.AgreementMetric, model.Count, main.ScoreAll(model), main.ScoreAll(quantised), interval.Low, interval.High,
            truth.Agreement(model).ScoreAll(quantised), further);
    }
}
