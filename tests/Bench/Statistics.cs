namespace ActorPipeline.Bench;

/// <summary>The few statistics that benchmarks need.</summary>
internal static class Statistics
{
    /// <summary>The middle value; of two middle values their mean.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
