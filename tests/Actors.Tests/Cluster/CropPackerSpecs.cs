using ActorPipeline.Inference;
using ActorPipeline.Vision;
using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

/// <summary>Crops to bytes and back.</summary>
public sealed class CropPackerSpecs : IDisposable
{
    private const int Width = 24;
    private const int Height = 16;
    private const int Each = Width * Height * 3;
    private readonly PixelPool _pool = new(2, 5 * Each);
    private readonly PixelBuffer _from;
    private readonly PixelBuffer _into;
    private readonly ClassifyWork _work;

    public CropPackerSpecs()
    {
        (_from, _into) = (_pool.TryRent()!, _pool.TryRent()!);
        // Slopes, each crop's another.
        for (var i = 0; i < 5 * Each; i++) _from.Span[i] = (byte)((i / 3 % Width * 4) + (i / Each * 20) + (i % 3 * 10));
        _work = new ClassifyWork(_from, 4, Width, Height, offset: Each);
    }

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Should_be_the_same_to_the_bit_when_pixels_are_sent()
    {
        var (head, bytes) = Pack(CropEncoding.Raw);

        Assert.Equal([Each, Each, Each, Each], head.Crops);
        Assert.Null(CropPacker.TryUnpack(head, bytes, 0, 4, _into));
        Assert.True(_into.Span[..(4 * Each)].SequenceEqual(_from.Span.Slice(Each, 4 * Each)));
    }

    [Fact]
    public void Should_be_near_when_jpegs_are_sent()
    {
        var (head, bytes) = Pack(CropEncoding.Jpeg);

        Assert.Null(CropPacker.TryUnpack(head, bytes, 0, 4, _into));
        var apart = 0;
        for (var i = 0; i < 4 * Each; i++) apart = Math.Max(apart, Math.Abs(_into.Span[i] - _from.Span[Each + i]));
        Assert.InRange(apart, 0, 24);
    }

    [Theory]
    [InlineData(CropEncoding.Raw)]
    [InlineData(CropEncoding.Jpeg)]
    public void Should_unpack_only_those_that_are_meant_when_a_batch_is_run_in_turns(CropEncoding encoding)
    {
        var (head, bytes) = Pack(encoding);
        Assert.Null(CropPacker.TryUnpack(head, bytes, 0, 4, _into));
        var third = _into.Span.Slice(2 * Each, 2 * Each).ToArray();

        Assert.Null(CropPacker.TryUnpack(head, bytes, 2, 2, _into));

        Assert.True(_into.Span[..(2 * Each)].SequenceEqual(third));
    }

    [Fact]
    public void Should_say_which_crop_is_damaged_when_one_is()
    {
        var (head, bytes) = Pack(CropEncoding.Jpeg);
        var damaged = bytes.ToArray();
        Array.Clear(damaged, head.Crops[0], head.Crops[1]);

        Assert.StartsWith("crop 1:", CropPacker.TryUnpack(head, damaged, 0, 4, _into));
        Assert.StartsWith("crop 0:", CropPacker.TryUnpack(head with { Width = Width * 2 }, bytes, 0, 1, _into));
    }

    private (BatchHead Head, ReadOnlyMemory<byte> Bytes) Pack(CropEncoding encoding)
    {
        using var crops = _work.TryOpen()!;
        var (bytes, each) = CropPacker.Pack(crops, encoding, 95, 100);
        return (new BatchHead(Model, Width, Height, encoding, each, 1, 1, null), bytes);
    }
}
