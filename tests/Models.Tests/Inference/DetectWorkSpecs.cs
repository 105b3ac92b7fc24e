using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

public sealed class DetectWorkSpecs : IDisposable
{
    private readonly PixelPool _pool = new(1, 12);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(500, 100, 100, true)]
    [InlineData(500, 499, 499, true)]
    [InlineData(500, 500, 500, false)]
    [InlineData(500, 1, 1, true)]
    [InlineData(7, 100, 7, false)]
    [InlineData(0, 100, 0, false)]
    public void Should_keep_the_best_and_say_that_there_was_more_when_a_frame_is_crowded(int there, int most, int kept, bool more)
    {
        var work = new DetectWork(_pool.TryRent()!, 2, 2);
        var detector = new CrowdDetector(there, most);

        work.Run(detector, lane: 0);

        Assert.Equal((kept, more), (work.Found.Length, work.More));
        for (var i = 0; i < kept; i++) Assert.Equal(CrowdDetector.ScoreOf(there - 1 - i), work.Found[i].Score);
    }

    [Fact]
    public void Should_say_no_more_when_the_next_frame_is_not_crowded()
    {
        var buffer = _pool.TryRent()!;
        var work = new DetectWork();
        work.Begin(buffer, 2, 2);
        work.Run(new CrowdDetector(500, 100), lane: 0);

        work.Begin(buffer, 2, 2);
        work.Run(new CrowdDetector(3, 100), lane: 0);

        Assert.Equal((3, false), (work.Found.Length, work.More));
    }

    /// <summary>So many objects side by side, in no order; decoded by the product's decoder.</summary>
    private sealed class CrowdDetector(int there, int most) : IDetector
    {
        private readonly Decoder _decoder = new();

        public ModelCard Card { get; } = new() { Id = new ModelId("crowd"), Path = "", Kind = ModelKind.PicoDet, MaxDetections = most };

        public LoadReport Report => throw new NotSupportedException();

        public int ActiveRuns => 0;

        public static float ScoreOf(int rank) => 0.4f + (rank * 0.001f);

        public int Detect(int lane, in ImageView picture, Span<Detection> into)
        {
            _decoder.Begin(new PictureScale(1, 1, 10_000, 20));
            // 7 and 500 have no common divisor: every rank comes once.
            for (var i = 0; i < there; i++) _decoder.Find(i, ScoreOf(there == 500 ? i * 7 % there : i));
            return _decoder.Finish(into);
        }

        public void Terminate(int lane)
        {
        }

        public void CloseLane(int lane)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Decoder() : BoxDecoder(0.1f, 0.6f)
    {
        public void Find(int place, float score) => Add(place * 12, 0, (place * 12) + 10, 10, 0, score);
    }
}
