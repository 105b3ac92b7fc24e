using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Sources;
using FsCheck.Xunit;

namespace ActorPipeline.Vision;

public sealed class FrameRegionSpecs
{
    [Fact]
    public void Should_be_all_of_the_frame_when_it_is_whole()
    {
        using var frame = new TestPicture(21, 11, (x, y) => default);

        Assert.Equal(new PixelRegion(0, 0, 21, 11), FrameRegion.Whole.In(21, 11));
        Assert.Equal(frame.View, FrameRegion.Whole.In(21, 11).Of(frame.View));
    }

    [Theory]
    [InlineData(0.25, 0.5, 0.75, 1, 160, 240, 320, 240)]
    [InlineData(0.001, 0, 0.999, 0.001, 0, 0, 640, 1)]
    [InlineData(0.5, 0.5, 0.50001, 0.50001, 320, 240, 1, 1)]
    [InlineData(1, 1, 1, 1, 639, 479, 1, 1)]
    public void Should_cover_it_with_whole_pixels_when_the_frame_has_a_size(double left, double top, double right, double bottom, int x, int y, int width, int height) =>
        Assert.Equal(new PixelRegion(x, y, width, height), new FrameRegion((float)left, (float)top, (float)right, (float)bottom).In(640, 480));

    [Property(MaxTest = 300)]
    public void Should_lie_inside_the_frame_when_fractions_are_anything(float left, float top, float right, float bottom, byte width, byte height)
    {
        var region = new FrameRegion(left, top, right, bottom).In(width + 1, height + 1);

        Assert.InRange(region.Left, 0, width);
        Assert.InRange(region.Top, 0, height);
        Assert.InRange(region.Width, 1, width + 1 - region.Left);
        Assert.InRange(region.Height, 1, height + 1 - region.Top);
    }

    [Fact]
    public unsafe void Should_show_the_frames_own_pixels_when_it_is_a_part()
    {
        using var frame = new TestPicture(20, 10, (x, y) => ((byte)x, (byte)y, 9));
        var part = new PixelRegion(5, 2, 8, 6).Of(frame.View);

        Assert.Equal((8, 6, 60), (part.Width, part.Height, part.Stride));
        for (var y = 0; y < 6; y++)
            for (var x = 0; x < 8; x++)
                Assert.Equal((x + 5, y + 2), (((byte*)part.Address)[(y * part.Stride) + (x * 3)], ((byte*)part.Address)[(y * part.Stride) + (x * 3) + 1]));
    }

    [Theory]
    [InlineData(-1, 0, 5, 5)]
    [InlineData(0, 6, 5, 5)]
    [InlineData(16, 0, 5, 5)]
    [InlineData(0, 0, 0, 5)]
    [InlineData(int.MaxValue, 0, 5, 5)]
    public void Should_refuse_when_it_does_not_lie_inside_the_frame(int left, int top, int width, int height)
    {
        using var frame = new TestPicture(20, 10, (x, y) => default);

        Assert.Throws<ArgumentException>(() => new PixelRegion(left, top, width, height).Of(frame.View));
    }

    [Fact]
    public void Should_give_boxes_of_the_frame_when_detections_are_of_the_region()
    {
        Detection[] found = [new(new BoundingBox(1, 2, 30, 40), 3, 0.5f), new(new BoundingBox(0, 0, 100, 50), 0, 0.9f)];

        new PixelRegion(320, 240, 100, 50).ToFrame(found);

        Assert.Equal([new(new BoundingBox(321, 242, 350, 280), 3, 0.5f), new(new BoundingBox(320, 240, 420, 290), 0, 0.9f)], found);
        Assert.Equal(found[1].Box, new PixelRegion(320, 240, 100, 50).Box);
    }

    [Theory]
    [InlineData(32, 16)]
    [InlineData(16, 16)]
    public unsafe void Should_fill_an_input_as_a_packed_copy_would_when_rows_lie_apart(int inputWidth, int inputHeight)
    {
        using var frame = new TestPicture(64, 48, (x, y) => ((byte)(3 * x), (byte)(5 * y), (byte)(x ^ y)));
        using var copy = new TestPicture(32, 16, (x, y) => ((byte)(3 * (x + 7)), (byte)(5 * (y + 9)), (byte)((x + 7) ^ (y + 9))));
        float[] part = new float[3 * inputWidth * inputHeight], packed = new float[3 * inputWidth * inputHeight];
        OpenCvRuntime.EnsureLoaded();
        fixed (float* one = part, other = packed)
        {
            using PictureInput first = new(inputWidth, inputHeight, InputSettings.DefaultFor(ModelKind.PicoDet), one), second = new(inputWidth, inputHeight, InputSettings.DefaultFor(ModelKind.PicoDet), other);
            first.Fill(new PixelRegion(7, 9, 32, 16).Of(frame.View));
            second.Fill(copy.View);
        }

        Assert.Equal(packed, part);
    }

    [DataFact]
    public void Should_find_people_where_they_are_in_the_frame_when_the_detector_sees_a_part()
    {
        using var source = FrameSources.Open(TestData.Video);
        using var pool = new PixelPool(1, source.Open().FrameBytes);
        var buffer = pool.TryRent()!;
        var read = Assert.IsType<SourceRead.Frame>(source.Read(buffer));
        using var detector = (IDetector)new OnnxModelRuntime().Load(TestData.PicoDetS, default);
        var (whole, part) = (new Detection[100], new Detection[100]);
        var region = new FrameRegion(0.25f, 0.1f, 0.9f, 0.9f).In(read.Width, read.Height);

        var all = whole[..detector.Detect(0, buffer.View(read.Width, read.Height), whole)].Where(d => d.Score > 0.6f && Inside(d.Box, region.Box)).ToArray();
        var count = detector.Detect(0, region.Of(buffer.View(read.Width, read.Height)), part);
        region.ToFrame(part.AsSpan(0, count));

        // It sees them larger than in the whole frame, so it finds these, and perhaps more.
        Assert.True(all.Length > 1, $"only {all.Length} in the whole frame");
        Assert.All(all, d => Assert.Contains(part[..count], found => found.ClassIndex == d.ClassIndex && found.Box.IntersectionOverUnion(d.Box) > 0.6f));
        buffer.Release();
    }

    private static bool Inside(in BoundingBox box, in BoundingBox outer) =>
        box.Left >= outer.Left && box.Top >= outer.Top && box.Right <= outer.Right && box.Bottom <= outer.Bottom;
}
