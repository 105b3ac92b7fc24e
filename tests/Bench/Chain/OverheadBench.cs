using ActorPipeline.Pipeline;

namespace ActorPipeline.Bench.Chain;

/// <summary>
/// <c>overhead</c>: what a frame takes in the pipeline, alone in it, on one lane, against the same frame in a bare loop over the same
/// engines; in turn. Both clocks start when the frame is decoded and stop at its last label.
/// </summary>
internal static class OverheadBench
{
    // Compiled code, pages and the video's own buffers come with the first frames.
    private const int WarmUp = 20;
    private const double Middle = 0.50;
    private const double Tail = 0.99;

    private static readonly Bytes Plenty = Bytes.MiB(512);

    /// <summary>Runs it.</summary>
    /// <param name="rounds">Rounds; in each both run, and who goes first changes.</param>
    /// <param name="frames">Frames a round.</param>
    public static async Task<BenchReport> RunAsync(int rounds, int frames)
    {
        await PipelineAsync(WarmUp);
        using var detector = StreetRun.Runtime.Load(BenchData.PicoDet, default);
        using var classifier = StreetRun.Runtime.Load(BenchData.LcNet, default);
        using var loop = new BareLoop(new EngineDetector(detector, lane: 0), new EngineClassifier(classifier, lane: 0));
        await LoopAsync(loop, WarmUp);
        List<double> overMiddle = [], overTail = [], pipelineMiddle = [], pipelineTail = [], loopMiddle = [], loopTail = [];
        for (var round = 0; round < rounds; round++)
        {
            List<double> bare = [];
            if (round % 2 == 0) bare = await LoopAsync(loop, frames);
            var pipeline = await PipelineAsync(frames);
            if (round % 2 == 1) bare = await LoopAsync(loop, frames);
            if (pipeline.Count != bare.Count) throw new InvalidOperationException($"The pipeline has {pipeline.Count} results, the loop {bare.Count}.");
            Add(pipeline, pipelineMiddle, pipelineTail);
            Add(bare, loopMiddle, loopTail);
            overMiddle.Add(pipelineMiddle[^1] / loopMiddle[^1]);
            overTail.Add(pipelineTail[^1] / loopTail[^1]);
            Console.Error.WriteLine($"round {round + 1}/{rounds}: pipeline {pipelineMiddle[^1]:0.00} ms, p99 {pipelineTail[^1]:0.00}; loop {loopMiddle[^1]:0.00} ms, p99 {loopTail[^1]:0.00}");
        }
        return new BenchReport("overhead")
            .Add("p50_over_bare", overMiddle, $"a frame's time in the pipeline over that in the loop, the middle of {frames} frames; bound 1.03")
            .Add("p99_over_bare", overTail, "the same, 99 of 100 frames are faster; bound 1.25")
            .Add("pipeline_p50_ms", pipelineMiddle, "decoded to outcome in the pipeline, one lane, one frame in flight, ms")
            .Add("pipeline_p99_ms", pipelineTail, "99 of 100 are faster")
            .Add("bare_p50_ms", loopMiddle, "decoded to last label in the loop on the same engines, ms")
            .Add("bare_p99_ms", loopTail, "99 of 100 are faster")
            .Add("overhead_ms", [.. pipelineMiddle.Zip(loopMiddle, (mine, theirs) => mine - theirs)], "the pipeline's middle less the loop's, ms");
    }

    private static void Add(List<double> latencies, List<double> middle, List<double> tail)
    {
        middle.Add(Statistics.Percentile(latencies, Middle));
        tail.Add(Statistics.Percentile(latencies, Tail));
    }

    /// <summary>Each frame's milliseconds but for the first ones'.</summary>
    private static async Task<List<double>> PipelineAsync(int frames)
    {
        var run = new StreetRun(WarmUp + frames, Plenty) { Lanes = 1, Pipeline = p => p with { Window = new WindowSettings { Min = 1, Max = 1 } } };
        return (await run.LatenciesAsync())[WarmUp..];
    }

    private static Task<List<double>> LoopAsync(BareLoop loop, int frames) => Task.Run(() =>
    {
        List<double> latencies = [];
        loop.Run(WarmUp + frames, latencies: latencies);
        return latencies[WarmUp..];
    });
}
