using FsCheck.Xunit;

namespace ActorPipeline.Vision;

public class CropperSpecs
{
    [Fact]
    public void Should_copy_the_pixels_when_the_box_has_the_crops_size()
    {
        using var frame = new TestPicture(20, 10, (x, y) => ((byte)x, (byte)y, (byte)(x + y)));
        using var crop = new TestPicture(4, 3, (x, y) => default);
        Cropper.Crop(frame.View, new BoundingBox(5, 2, 9, 5), crop.View);
        for (var y = 0; y < 3; y++)
            for (var x = 0; x < 4; x++)
                Assert.Equal((x + 5, y + 2, x + y + 7), (crop.Pixels[((y * 4) + x) * 3], crop.Pixels[(((y * 4) + x) * 3) + 1], crop.Pixels[(((y * 4) + x) * 3) + 2]));
    }

    [Theory]
    [InlineData(5, 5, 5, 5)]
    [InlineData(20, 10, 20, 10)]
    [InlineData(-9, -9, -1, -1)]
    [InlineData(30, 40, 50, 60)]
    [InlineData(5.2, 5.2, 5.4, 5.4)]
    [InlineData(9, 9, 1, 1)]
    [InlineData(double.NaN, 0, double.NaN, 3)]
    [InlineData(double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, double.PositiveInfinity)]
    public void Should_take_at_least_a_pixel_inside_the_frame_when_the_box_is_degenerate(double left, double top, double right, double bottom)
    {
        using var frame = new TestPicture(20, 10, (x, y) => (77, 77, 77));
        using var crop = new TestPicture(8, 8, (x, y) => default);
        Cropper.Crop(frame.View, new BoundingBox((float)left, (float)top, (float)right, (float)bottom), crop.View);
        Assert.All(crop.Pixels.ToArray(), p => Assert.Equal(77, p));
    }

    [Property(MaxTest = 500)]
    public void Should_cover_the_interval_inside_the_picture_when_edges_are_anything(float from, float to, byte size)
    {
        var (start, length) = Cropper.Interval(from, to, size + 1);
        Assert.InRange(start, 0, size);
        Assert.InRange(length, 1, size + 1 - start);
    }
}
