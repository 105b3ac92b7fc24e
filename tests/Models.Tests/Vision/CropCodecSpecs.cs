using System.Buffers;
using FsCheck.Xunit;
using OpenCvSharp;

namespace ActorPipeline.Vision;

public class CropCodecSpecs
{
    private static TestPicture Slope(int width, int height) => new(width, height, (x, y) => ((byte)(x * 255 / width), (byte)(y * 255 / height), (byte)((x + y) * 255 / (width + height))));

    private static byte[] Jpeg(int width, int height, int quality = 90)
    {
        using var crop = Slope(width, height);
        var bytes = new ArrayBufferWriter<byte>();
        Assert.Equal(CropCodec.EncodeJpeg(crop.View, quality, bytes), bytes.WrittenCount);
        return bytes.WrittenSpan.ToArray();
    }

    [Theory]
    [InlineData(224, 224)]
    [InlineData(1, 1)]
    [InlineData(97, 13)]
    public void Should_look_the_same_when_it_was_a_jpeg(int width, int height)
    {
        using var crop = Slope(width, height);
        using var back = new TestPicture(width, height, (_, _) => default);

        Assert.Null(CropCodec.TryDecodeJpeg(Jpeg(width, height), back.View));
        Assert.All(crop.Pixels.ToArray().Zip(back.Pixels.ToArray()), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 40));
        var mean = crop.Pixels.ToArray().Zip(back.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(mean, 0, 6);
    }

    [Fact]
    public void Should_be_smaller_when_the_quality_is_lower()
    {
        Assert.InRange(Jpeg(224, 224, 50).Length, 500, Jpeg(224, 224, 95).Length - 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => Jpeg(8, 8, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Jpeg(8, 8, 101));
    }

    [Fact]
    public void Should_append_and_leave_rows_apart_when_crops_lie_in_a_larger_picture()
    {
        using var frame = Slope(40, 10);
        var part = new ImageView(frame.View.Address + 15, 20, 10, frame.View.Stride);
        using var packed = new TestPicture(20, 10, (_, _) => default);
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write<byte>([1, 2, 3]);

        Assert.Equal(600, CropCodec.Pack(part, bytes));
        Assert.Null(CropCodec.TryUnpack(bytes.WrittenSpan[3..], packed.View));
        for (var y = 0; y < 10; y++) Assert.Equal(frame.Pixels.Slice((y * 120) + 15, 60).ToArray(), packed.Pixels.Slice(y * 60, 60).ToArray());
        Assert.Equal("599 bytes are not 20 x 10 pixels", CropCodec.TryUnpack(bytes.WrittenSpan[4..], packed.View));
    }

    [Fact]
    public void Should_refuse_before_decoding_when_a_jpeg_has_another_size()
    {
        using var crop = Slope(16, 16);
        var before = crop.Pixels.ToArray();
        var bomb = Jpeg(16, 16);
        var at = bomb.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (bomb[at + 5], bomb[at + 6], bomb[at + 7], bomb[at + 8]) = (0xFF, 0xFF, 0xFF, 0xFF);

        Assert.Equal("it has 65535 x 65535 pixels, not 16 x 16", CropCodec.TryDecodeJpeg(bomb, crop.View));
        Assert.Equal("it has 17 x 16 pixels, not 16 x 16", CropCodec.TryDecodeJpeg(Jpeg(17, 16), crop.View));
        Assert.Equal(before, crop.Pixels.ToArray());
    }

    [Fact]
    public void Should_refuse_when_it_is_not_what_a_plain_encoder_writes()
    {
        using var crop = Slope(16, 16);
        using var mat = Mat.FromPixelData(16, 16, MatType.CV_8UC3, crop.View.Address);
        using var grey = new Mat(16, 16, MatType.CV_8UC1, Scalar.All(7));
        var plain = Jpeg(16, 16);
        byte[] turned = [0xFF, 0xD8, 0xFF, 0xE1, 0, 4, 1, 2, .. plain[2..]];
        byte[] twice = [.. plain[..^2], 0xFF, 0xDA, 0, 2, 0xFF, 0xD9];
        Cv2.ImEncode(".jpg", mat, out var progressive, [(int)ImwriteFlags.JpegProgressive, 1]);
        Cv2.ImEncode(".jpg", grey, out var colourless);
        Cv2.ImEncode(".png", mat, out var png);

        Assert.Equal("it has a segment C2, which is not for a crop", CropCodec.TryDecodeJpeg(progressive, crop.View));
        Assert.Equal("it is not in colour, 8 bits each", CropCodec.TryDecodeJpeg(colourless, crop.View));
        Assert.Equal("it is no JPEG", CropCodec.TryDecodeJpeg(png, crop.View));
        Assert.Equal("it is no JPEG", CropCodec.TryDecodeJpeg([], crop.View));
        Assert.Equal("it has a segment E1, which is not for a crop", CropCodec.TryDecodeJpeg(turned, crop.View));
        Assert.Equal("it has no end", CropCodec.TryDecodeJpeg(plain.AsSpan(0, plain.Length / 2), crop.View));
        Assert.Equal("it is not in one scan", CropCodec.TryDecodeJpeg(twice, crop.View));
        Assert.Equal("its header is damaged", CropCodec.TryDecodeJpeg([0xFF, 0xD8, 0xFF, 0xDB, 0xFF, 0xFF, 0xFF, 0xD9], crop.View));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Should_be_damaged_when_its_scan_begins_within_or_behind_its_end(int before)
    {
        using var crop = Slope(16, 16);
        var jpeg = Jpeg(16, 16);
        var scan = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(scan + 2), (ushort)(jpeg.Length - before - (scan + 2)));

        Assert.NotNull(CropCodec.TryDecodeJpeg(jpeg, crop.View));
    }

    [Property(MaxTest = 1000)]
    public void Should_never_throw_nor_write_outside_when_bytes_are_anything(byte[] bytes)
    {
        using var crop = Slope(16, 16);
        _ = CropCodec.TryDecodeJpeg(bytes, crop.View);
        _ = CropCodec.TryDecodeJpeg([0xFF, 0xD8, .. bytes ?? [], 0xFF, 0xD9], crop.View);
    }

    [Property(MaxTest = 1000)]
    public void Should_never_throw_nor_write_outside_when_a_jpeg_was_damaged(ushort where, byte to, ushort and, byte too)
    {
        using var frame = new TestPicture(48, 16, (_, _) => (7, 7, 7));
        var jpeg = Jpeg(16, 16);
        (jpeg[where % jpeg.Length], jpeg[and % jpeg.Length]) = (to, too);

        _ = CropCodec.TryDecodeJpeg(jpeg, new ImageView(frame.View.Address + 48, 16, 16, frame.View.Stride));

        for (var y = 0; y < 16; y++)
        {
            Assert.All(frame.Pixels.Slice(y * 144, 48).ToArray(), pixel => Assert.Equal(7, pixel));
            Assert.All(frame.Pixels.Slice((y * 144) + 96, 48).ToArray(), pixel => Assert.Equal(7, pixel));
        }
    }
}
