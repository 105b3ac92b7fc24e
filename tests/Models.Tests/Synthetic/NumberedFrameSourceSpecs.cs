using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Synthetic;

public class NumberedFrameSourceSpecs
{
    [Fact]
    public void Should_number_its_frames_when_it_is_read_to_its_end()
    {
        using var pool = new PixelPool(1, 48);
        var buffer = pool.TryRent()!;
        using var source = new NumberedFrameSource(3, 4, 4) { UnreadableAt = 1, FramesPerSecond = 10 };
        Assert.Equal(new SourceInfo(false, 4, 4, 10, 3, 48), source.Open());
        Assert.Equal(new SourceRead.Frame(4, 4, TimeSpan.Zero), source.Read(buffer));
        Assert.IsType<SourceRead.Unreadable>(source.Read(buffer));
        Assert.Equal(new SourceRead.Frame(4, 4, TimeSpan.FromMilliseconds(200)), source.Read(buffer));
        Assert.Equal(2, NumberedFrameSource.NumberIn(buffer));
        Assert.IsType<SourceRead.EndOfFile>(source.Read(buffer));
        Assert.Equal(0, source.RulesBroken);
        buffer.Release();
    }

    [Fact]
    public async Task Should_block_until_released_and_then_break_off_when_it_is_told_to()
    {
        using var pool = new PixelPool(1, 48);
        var buffer = pool.TryRent()!;
        using var source = new NumberedFrameSource(9, 4, 4, live: true) { BlockAt = 0, LostAt = 1 };
        Assert.True(source.Open().Live);
        var read = Task.Run(() => source.Read(buffer));
        Assert.True(SpinWait.SpinUntil(() => source.IsBlocked, TimeSpan.FromSeconds(20)));
        source.Release();
        Assert.IsType<SourceRead.Frame>(await read);
        Assert.IsType<SourceRead.Lost>(source.Read(buffer));
        Assert.Throws<SourceOpenException>(new NumberedFrameSource(1, 4, 4) { FailsToOpen = true }.Open);
        buffer.Release();
    }
}
