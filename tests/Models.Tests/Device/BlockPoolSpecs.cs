namespace ActorPipeline.Device;

public class BlockPoolSpecs
{
    private static readonly Bytes Mebibyte = Bytes.MiB(1);

    [Fact]
    public unsafe void Should_give_a_block_that_can_be_written_to_its_end()
    {
        var pool = new BlockPool();
        var block = pool.Rent(100_000);
        new Span<byte>((void*)block, 100_000).Fill(7);
        Assert.Equal(0, block % Environment.SystemPageSize);
        Assert.True(pool.Return(block));
    }

    [Fact]
    public void Should_give_the_same_block_again_when_it_came_back()
    {
        var pool = new BlockPool();
        var block = pool.Rent(Mebibyte.Count);
        Assert.NotEqual(block, pool.Rent(Mebibyte.Count));
        pool.Return(block);
        Assert.Equal(block, pool.Rent(Mebibyte.Count - 5000));
        Assert.Equal(Mebibyte + Mebibyte, pool.Total);
    }

    [Fact]
    public void Should_take_the_smallest_that_is_large_enough_and_none_that_is_far_too_large()
    {
        var pool = new BlockPool();
        var (one, two, eight) = (pool.Rent(Mebibyte.Count), pool.Rent(2 * Mebibyte.Count), pool.Rent(8 * Mebibyte.Count));
        foreach (var block in new[] { eight, one, two }) pool.Return(block);
        Assert.Equal(two, pool.Rent((Mebibyte.Count * 3) / 2));
        Assert.Equal(one, pool.Rent(Mebibyte.Count));
        pool.Rent(Mebibyte.Count);
        // The large one went for it.
        Assert.Equal(4 * Mebibyte.Count, pool.Total.Count);
    }

    [Fact]
    public void Should_keep_no_more_than_was_in_use_at_once_when_sizes_change()
    {
        var pool = new BlockPool();
        for (var size = 1; size <= 40; size++) pool.Return(pool.Rent(size * Mebibyte.Count));
        Assert.True(pool.Total <= Bytes.MiB(40), $"{pool.Total}");
        for (var size = 40; size >= 1; size--) pool.Return(pool.Rent(size * Mebibyte.Count));
        Assert.True(pool.Total <= Bytes.MiB(40), $"{pool.Total}");
    }

    [Fact]
    public void Should_give_free_blocks_to_the_system_when_it_is_trimmed_and_keep_the_rented()
    {
        var pool = new BlockPool();
        var (kept, free) = (pool.Rent(Mebibyte.Count), pool.Rent(2 * Mebibyte.Count));
        pool.Return(free);
        pool.Trim();
        Assert.Equal((Mebibyte, Mebibyte), (pool.Total, pool.Rented));
        pool.Return(kept);
        pool.Trim();
        Assert.Equal((Bytes.Zero, Bytes.Zero), (pool.Total, pool.Rented));
    }

    [Fact]
    public void Should_let_a_block_go_when_nobody_wanted_it_for_many_returns()
    {
        var pool = new BlockPool();
        pool.Return(pool.Rent(64 * Mebibyte.Count));
        for (var i = 0; i < 300; i++) pool.Return(pool.Rent(Mebibyte.Count));
        Assert.Equal(Mebibyte, pool.Total);
    }

    [Fact]
    public void Should_refuse_what_is_not_its_own()
    {
        var pool = new BlockPool();
        var block = pool.Rent(Mebibyte.Count);
        Assert.False(pool.Return(block + 4096));
        Assert.True(pool.Return(block));
        Assert.False(pool.Return(block));
    }

    [Fact]
    public void Should_give_no_block_when_the_system_has_none() => Assert.Equal(IntPtr.Zero, new BlockPool().Rent(1L << 60));

    [Fact]
    public void Should_keep_its_books_when_many_threads_rent()
    {
        var pool = new BlockPool();
        Parallel.For(0, 8, seed =>
        {
            var random = new Random(seed);
            var held = new Queue<IntPtr>();
            for (var i = 0; i < 500; i++)
            {
                held.Enqueue(pool.Rent(random.Next(1, 1 << 20)));
                if (held.Count > 4) Assert.True(pool.Return(held.Dequeue()));
            }
            foreach (var block in held) Assert.True(pool.Return(block));
        });
        Assert.Equal(Bytes.Zero, pool.Rented);
        pool.Trim();
        Assert.Equal(Bytes.Zero, pool.Total);
    }
}
