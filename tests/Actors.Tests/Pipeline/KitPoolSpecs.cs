using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

public sealed class KitPoolSpecs
{
    [Fact]
    public void Should_give_no_kit_and_keep_the_pixels_when_crops_are_short()
    {
        using var pool = new KitPool(new KitPlan(PixelBuffers: 3, FrameBytes: 48, CropBuffers: 1, CropBytes: 48, Spares: 0));

        var kit = pool.TryTake();

        Assert.NotNull(kit);
        Assert.Null(pool.TryTake());
        Assert.Equal(2, pool.Outstanding);
        pool.Return(kit);
        Assert.Equal(0, pool.Outstanding);
        Assert.NotNull(pool.TryTake());
    }

    [Fact]
    public void Should_give_as_many_kits_as_pixel_buffers_when_nothing_is_classified()
    {
        using var pool = new KitPool(new KitPlan(2, 48, 0, 0, 0));

        var kits = new List<FrameKit?> { pool.TryTake(), pool.TryTake() };

        Assert.All(kits, k => Assert.Null(k!.Crops));
        Assert.Null(pool.TryTake());
    }

    [Fact]
    public void Should_take_back_what_is_with_capture_and_only_that_when_capture_is_dead()
    {
        using var pool = new KitPool(new KitPlan(4, 48, 4, 48, 1));
        pool.TakeSpare();
        var (captured, waiting) = (pool.TryTake()!, pool.TryTake()!);
        pool.Captured(captured);

        pool.Reclaim();
        // What it sent before it died comes late, and changes nothing.
        pool.Return(waiting);

        Assert.Equal(2, pool.Outstanding);
        Assert.Equal((1, 1), (captured.Pixels.Holds, captured.Crops!.Holds));
    }

    [Fact]
    public void Should_count_what_is_still_held_when_it_is_disposed()
    {
        var pool = new KitPool(new KitPlan(2, 48, 0, 0, 1));
        var spare = pool.TakeSpare();

        pool.Dispose();
        Assert.Equal(1, pool.Outstanding);
        spare.Release();
        Assert.Equal(0, pool.Outstanding);
    }
}
