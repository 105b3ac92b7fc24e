namespace ActorPipeline.Memory;

/// <summary>
/// What it is worth to keep a model: milliseconds of loading saved in each millisecond that it stays, which is what loading it again
/// takes over the time until it is likely wanted.
/// </summary>
internal static class KeepValue
{
    /// <summary>Work that waits is as good as wanted at once; what is foreseen comes a little later.</summary>
    private const double QueuedWaitMs = 1, ForeseenWaitMs = 20;

    /// <summary>At the cube root of so many usual intervals (two and a half) what is to be waited has doubled.</summary>
    private const double Sleepy = 16;

    /// <summary>Work that is late, or would be after a reload, makes a model so many times dearer.</summary>
    private const double Due = 4;

    /// <summary>A step of priority counts like being wanted so many times sooner.</summary>
    private const double PriorityStep = 16;

    /// <summary>Values all candidates.</summary>
    /// <param name="candidates">The models.</param>
    /// <param name="now">The present.</param>
    /// <param name="values">Gets one value for each; positive.</param>
    public static void Of(ReadOnlySpan<Residency> candidates, TimeSpan now, Span<double> values)
    {
        var typical = TypicalInterval(candidates);
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var model = ref candidates[i];
            var value = Math.Max(1, model.ReloadTime.TotalMilliseconds) / Wait(model, now, typical);
            if (model.Deadline is { } deadline && deadline < now + (2 * model.ReloadTime)) value *= Due;
            if (model.Priority != 0) value *= Math.Pow(PriorityStep, model.Priority);
            values[i] = value;
        }
    }

    /// <summary>Milliseconds until the model is likely wanted.</summary>
    /// <remarks>
    /// Without work in sight the time until the next is guessed from its usual interval, and rises steeply once that has passed: a model
    /// that is overdue is less likely a late one than one that has gone to sleep (the burst is over, its hours have passed).
    /// </remarks>
    private static double Wait(in Residency model, TimeSpan now, double typical)
    {
        if (model.Queued > 0) return QueuedWaitMs;
        if (model.Foreseen > 0) return ForeseenWaitMs;
        var age = Math.Max(1, (now - model.LastUsed).TotalMilliseconds);
        var usual = model.MeanInterval?.TotalMilliseconds ?? typical;
        if (usual <= 0) return ForeseenWaitMs + age;
        var overdue = age / usual;
        return ForeseenWaitMs + (usual * (1 + (overdue * overdue * overdue / Sleepy)));
    }

    /// <summary>What stands for the interval of a model that was wanted only once: the mean of the others'; zero where none is known.</summary>
    private static double TypicalInterval(ReadOnlySpan<Residency> candidates)
    {
        double sum = 0;
        var count = 0;
        foreach (ref readonly var model in candidates)
        {
            if (model.MeanInterval is not { } interval) continue;
            sum += interval.TotalMilliseconds;
            count++;
        }
        return count == 0 ? 0 : sum / count;
    }
}
