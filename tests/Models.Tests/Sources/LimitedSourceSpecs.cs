using ActorPipeline.Synthetic;
using ActorPipeline.Vision;

namespace ActorPipeline.Sources;

public sealed class LimitedSourceSpecs : IDisposable
{
    private readonly PixelPool _pool = new(1, 4 * 4 * 3);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Should_end_after_so_many_frames_when_there_are_more()
    {
        using var source = new LimitedSource(new NumberedFrameSource(9, 4, 4), 3);

        Assert.Equal(3, source.Open().FrameCount);
        Assert.Equal((3, typeof(SourceRead.EndOfFile)), ReadAll(source));
    }

    [Fact]
    public void Should_end_after_so_many_frames_in_all_when_another_took_the_place_of_one_that_broke_off()
    {
        var allowance = new FrameAllowance(5);
        using var first = new LimitedSource(new NumberedFrameSource(9, 4, 4, live: true) { LostAt = 2 }, allowance);
        using var second = new LimitedSource(new NumberedFrameSource(9, 4, 4, live: true), allowance);

        Assert.Equal((2, typeof(SourceRead.Lost)), ReadAll(first));
        Assert.Equal((3, typeof(SourceRead.EndOfFile)), ReadAll(second));
    }

    private (int Frames, Type End) ReadAll(IFrameSource source)
    {
        var buffer = _pool.TryRent()!;
        var frames = 0;
        SourceRead read;
        while ((read = source.Read(buffer)) is SourceRead.Frame) frames++;
        buffer.Release();
        return (frames, read.GetType());
    }
}
