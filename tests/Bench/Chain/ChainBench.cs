namespace ActorPipeline.Bench.Chain;

/// <summary><c>chain</c>: the bare loop and the pipeline with both models resident, in turn, on the same video and models.</summary>
internal static class ChainBench
{
    private static readonly Bytes Plenty = Bytes.MiB(512);

    public static async Task<BenchReport> RunAsync(int rounds, int frames)
    {
        List<double> overBare = [], bareRates = [], residentRates = [];
        // First of all: the product sets up the heap before threads are made.
        await StreetRun.RunAsync(40, Plenty);
        using var bare = new BareLoop();
        bare.Run(20);
        for (var round = 0; round < rounds; round++)
        {
            // Who goes first changes from round to round, so that a machine that slows down favours nobody.
            double bareRate = 0;
            if (round % 2 == 0) bareRate = bare.Run(frames).FramesPerSecond;
            var resident = StreetRun.Rate(await StreetRun.RunAsync(frames, Plenty));
            if (round % 2 == 1) bareRate = bare.Run(frames).FramesPerSecond;
            bareRates.Add(bareRate);
            residentRates.Add(resident);
            overBare.Add(resident / bareRate);
            Console.Error.WriteLine($"round {round + 1}/{rounds}: bare {bareRate:0.0}, both resident {resident:0.0} frames/s");
        }
        return new BenchReport("chain")
            .Add("over_bare", overBare, $"both resident over the bare loop, frames/s, round by round ({frames} frames, {Environment.ProcessorCount} cores)")
            .Add("bare_fps", bareRates, "bare loop, one thread")
            .Add("resident_fps", residentRates, "pipeline, both models resident, from the first capture to the last unload");
    }
}
