using FsCheck.Xunit;

namespace ActorPipeline.Vision;

public class PixelPoolSpecs
{
    [Property(MaxTest = 300)]
    public void Should_get_every_buffer_back_exactly_once_when_holds_come_and_go_at_random(int seed, byte steps, bool closeEarly)
    {
        var random = new Random(seed);
        var pool = new PixelPool(3, 100);
        var held = new Dictionary<PixelBuffer, int>();
        var closed = false;
        for (var i = 0; i < steps; i++)
        {
            switch (random.Next(closeEarly ? 10 : 9))
            {
                case < 4:
                    var rented = pool.TryRent();
                    Assert.Equal(!closed && held.Count < 3, rented is not null);
                    if (rented is not null) held.Add(rented, 1);
                    break;
                case < 6 when held.Count > 0:
                    var kept = held.Keys.ElementAt(random.Next(held.Count));
                    kept.Retain();
                    held[kept]++;
                    break;
                case < 9 when held.Count > 0:
                    var left = held.Keys.ElementAt(random.Next(held.Count));
                    if (held[left] == 1) held.Remove(left);
                    else held[left]--;
                    left.Release();
                    break;
                case 9:
                    pool.Dispose();
                    closed = true;
                    break;
            }
            Assert.Equal(held.Count, pool.Outstanding);
            Assert.All(held, pair => Assert.Equal(pair.Value, pair.Key.Holds));
        }
        pool.Dispose();
        foreach (var (buffer, holds) in held)
            for (var i = 0; i < holds; i++) buffer.Release();
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    public void Should_refuse_when_a_buffer_is_released_or_retained_by_nobody()
    {
        using var pool = new PixelPool(1, 12);
        var buffer = pool.TryRent()!;
        buffer.Release();
        Assert.Throws<InvalidOperationException>(buffer.Release);
        Assert.Throws<InvalidOperationException>(buffer.Retain);
        Assert.Equal(0, pool.Outstanding);
        Assert.Same(buffer, pool.TryRent());
        Assert.Null(pool.TryRent());
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.View(2, 2, 1));
        Assert.Equal((2, 2, 6), (buffer.View(2, 2).Width, buffer.View(2, 2).Height, buffer.View(2, 2).Stride));
        buffer.Release();
    }

    [Fact]
    public void Should_lose_and_double_nothing_when_threads_hold_and_release_at_once()
    {
        using var pool = new PixelPool(4, 64);
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 2000; i++)
            {
                if (pool.TryRent() is not { } buffer) continue;
                buffer.Span[0] = 1;
                buffer.Retain();
                buffer.Release();
                buffer.Release();
            }
        });
        Assert.Equal(0, pool.Outstanding);
    }
}
