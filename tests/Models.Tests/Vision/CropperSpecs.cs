using ActorPipeline.Catalog;
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

    [Theory]
    [InlineData(40, 10, 32, 8, 32)]
    [InlineData(30, 10, 32, 8, 24)]
    [InlineData(80, 10, 32, 8, 32)]
    [InlineData(1, 20, 32, 8, 1)]
    public void Should_fill_the_height_and_leave_grey_to_the_right_when_it_is_a_line(int boxWidth, int boxHeight, int width, int height, int filled)
    {
        using var frame = new TestPicture(100, 40, (x, y) => (200, 200, 200));
        using var crop = new TestPicture(width, height, (x, y) => default);
        Cropper.Crop(frame.View, new BoundingBox(5, 5, 5 + boxWidth, 5 + boxHeight), crop.View, ResizeMode.Line);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                Assert.Equal(x < filled ? 200 : 127, crop.Pixels[((y * width) + x) * 3]);
    }

    [Theory]
    [InlineData(ResizeMode.Stretch, 16)]
    [InlineData(ResizeMode.Line, 12)]
    public void Should_turn_the_object_and_nothing_beside_it_when_it_is_turned(ResizeMode resize, int filled)
    {
        var box = new BoundingBox(2, 3, 14, 11);
        using var frame = new TestPicture(40, 30, (x, y) => ((byte)(x * 6), (byte)(y * 8), (byte)(x ^ y)));
        using var straight = new TestPicture(16, 8, (x, y) => default);
        using var turned = new TestPicture(16, 8, (x, y) => default);
        Cropper.Crop(frame.View, box, straight.View, resize);
        Cropper.Crop(frame.View, box, turned.View, resize);
        Cropper.Turn(box, 40, 30, turned.View, resize);
        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 16; x++)
            {
                var from = x < filled ? ((7 - y) * 16) + filled - 1 - x : (y * 16) + x;
                for (var channel = 0; channel < 3; channel++) Assert.Equal(straight.Pixels[(from * 3) + channel], turned.Pixels[(((y * 16) + x) * 3) + channel]);
            }
        }
        Cropper.Turn(box, 40, 30, turned.View, resize);
        Assert.Equal(straight.Pixels.ToArray(), turned.Pixels.ToArray());
    }

    [Property(MaxTest = 500)]
    public void Should_cover_the_interval_inside_the_picture_when_edges_are_anything(float from, float to, byte size)
    {
        var (start, length) = Cropper.Interval(from, to, size + 1);
        Assert.InRange(start, 0, size);
        Assert.InRange(length, 1, size + 1 - start);
    }
}
