using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Cluster;

public sealed class PackedSizeSpecs : IDisposable
{
    private readonly PixelPool _pool = new(1, 100 * ImageView.PackedBytes(10, 10));
    private readonly ClassifyWork _work = new();

    public PackedSizeSpecs() => _work.Begin(_pool.TryRent()!, 4, 10, 10);

    [Fact]
    public void Should_be_exact_when_pixels_are_sent() => Assert.Equal(4 * 300, new PackedSize(CropEncoding.Raw).Of(_work));

    [Fact]
    public void Should_come_near_what_was_packed_when_it_goes_on()
    {
        var size = new PackedSize(CropEncoding.Jpeg);

        for (var i = 0; i < 40; i++) size.Learn(_work, 600);

        Assert.InRange(size.Of(_work), 590, 600);
    }

    [Fact]
    public void Should_expect_something_when_nothing_was_packed_yet() => Assert.InRange(new PackedSize(CropEncoding.Jpeg).Of(_work), 1, 4 * 300);

    public void Dispose() => _pool.Dispose();
}
