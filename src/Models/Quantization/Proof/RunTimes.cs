using System.Diagnostics;

namespace ActorPipeline.Quantization;

/// <summary>Times two models against each other: rounds of runs in turn, so that what else the machine does meets both.</summary>
/// <param name="First">Milliseconds of a run of the first: the median of its rounds' medians.</param>
/// <param name="Second">Of the second.</param>
/// <param name="Share">The median of the rounds' second over first.</param>
internal sealed record RunTimes(double First, double Second, double Share)
{
    /// <summary>Measures; blocks.</summary>
    /// <param name="first">Runs the first once.</param>
    /// <param name="second">Runs the second once.</param>
    /// <param name="rounds">How often they take turns.</param>
    /// <param name="runs">Runs of each in a round.</param>
    /// <param name="cancellation">Noticed between rounds.</param>
    public static RunTimes Of(Action first, Action second, int rounds, int runs, CancellationToken cancellation)
    {
        var (a, b) = (new double[rounds], new double[rounds]);
        first();
        second();
        for (var round = 0; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            a[round] = MedianOf(first, runs);
            b[round] = MedianOf(second, runs);
        }
        return new RunTimes(Median(a), Median(b), Median([.. a.Zip(b, (x, y) => y / x)]));
    }

    private static double MedianOf(Action run, int runs)
    {
        var times = new double[runs];
        for (var i = 0; i < runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return Median(times);
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
