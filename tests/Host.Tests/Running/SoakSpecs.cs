using System.Globalization;
using System.Text.Json.Nodes;
using ActorPipeline.Bench;
using ActorPipeline.Device;
using ActorPipeline.Pipeline;
using ActorPipeline.Sources;
using Xunit.Abstractions;

namespace ActorPipeline.Hosting.Running;

/// <summary>The seed pair on the street, again and again: every frame is accounted for, and the process does not grow.</summary>
public sealed class SoakSpecs(ITestOutputHelper output)
{
    /// <summary>Frames after which everything has been done many times.</summary>
    private const int Settled = 1000;

    [LongFact]
    public Task Should_lose_nothing_and_not_grow_when_it_runs_for_20_000_frames() => SoakAsync(20_000, new TrackingSettings());

    [LongFact]
    public Task Should_lose_nothing_and_not_grow_when_it_follows_objects_for_100_000_frames() => SoakAsync(100_000, new TrackingSettings { Enabled = true });

    /// <param name="usual">Frames to run, unless ACTORPIPELINE_LONG_FRAMES says otherwise, for who has less time.</param>
    /// <param name="tracking">Whether objects are followed.</param>
    private async Task SoakAsync(int usual, TrackingSettings tracking)
    {
        var frames = int.TryParse(Environment.GetEnvironmentVariable("ACTORPIPELINE_LONG_FRAMES"), out var other) ? other : usual;
        var seen = new MemoryAtFrames(Settled, frames);
        var result = await new StreetRun(frames, Bytes.MiB(512))
        {
            Pipeline = p => p with { Tracking = tracking },
            Parts = parts => parts with { CreateSource = p => new WatchedSource(new LoopingSource(() => FrameSources.Open(p.Source), frames), seen.Read) },
        }.RunAsync();

        var counts = result.Summary["frames"]!;
        output.WriteLine($"{result.Summary.ToJsonString()}");
        output.WriteLine($"resident after {Settled} frames {seen.First}, at the end {seen.Last}: {seen.Growth:P2}");
        Assert.Equal(frames, Number(counts["captured"]));
        Assert.Equal(frames, Number(counts["classified"]) + Number(counts["empty"]));
        Assert.Equal(0, Number(result.Summary["buffers"]!["outstanding"]));
        Assert.InRange(seen.Growth, -1, 0.02);
    }

    private static long Number(JsonNode? node) => long.Parse(node!.ToJsonString(), CultureInfo.InvariantCulture);

    /// <summary>What is resident of the process around two frames: each the median of samples over a second's worth of frames.</summary>
    private sealed class MemoryAtFrames(int first, int last)
    {
        private const int Width = 50;
        private readonly LinuxMemoryGauge _gauge = new();
        private readonly List<long> _first = [], _last = [];

        public Bytes First => Median(_first);

        public Bytes Last => Median(_last);

        public double Growth => ((double)Last.Count / First.Count) - 1;

        public void Read(long frame)
        {
            if (frame >= first && frame < first + Width) _first.Add(Resident());
            if (frame >= last - Width) _last.Add(Resident());
        }

        private long Resident() => _gauge.Read() is var reading ? (reading.Anonymous + reading.File).Count : 0;

        private static Bytes Median(List<long> samples) => new(samples.Order().ElementAt(samples.Count / 2));
    }

    /// <summary>Says which frame is read.</summary>
    private sealed class WatchedSource(IFrameSource source, Action<long> reading) : IFrameSource
    {
        private long _frame;

        public SourceInfo Open() => source.Open();

        public SourceRead Read(Vision.PixelBuffer into)
        {
            reading(_frame++);
            return source.Read(into);
        }

        public void Dispose() => source.Dispose();
    }
}
