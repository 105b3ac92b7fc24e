using System.Buffers.Binary;
using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sources;

public sealed class PictureFolderSourceSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_read_pictures_by_name_when_the_folder_has_several_kinds()
    {
        Save("b.jpg", 30, 20);
        Save("a.PNG", 10, 40);
        Save("c.bmp", 25, 5);
        _folder.Write("d.txt", "no picture"u8.ToArray());
        using var source = FrameSources.Open(_folder.Path);
        Assert.Equal(new SourceInfo(false, 30, 40, null, 3, 600 * 3), source.Open());
        Assert.Equal([new SourceRead.Frame(10, 40, TimeSpan.Zero, "a.PNG"), new SourceRead.Frame(30, 20, TimeSpan.Zero, "b.jpg"), new SourceRead.Frame(25, 5, TimeSpan.Zero, "c.bmp"), new SourceRead.EndOfFile()], ReadAll(source, 1800));
    }

    [Fact]
    public void Should_pass_over_what_cannot_be_used_when_the_rest_can()
    {
        Save("a.png", 10, 10);
        _folder.Write("b.png", []);
        _folder.Write("c.png", HugePng());
        _folder.Write("d.jpg", "no jpeg"u8.ToArray());
        _folder.Write("e.png", [.. File.ReadAllBytes(_folder.File("a.png"))[..40], .. new byte[100]]);
        Save("f.png", 10, 10);
        using var source = FrameSources.Open(_folder.Path);
        Assert.Equal(300, source.Open().FrameBytes);
        var reads = ReadAll(source, 300);
        Assert.Equal(["0 bytes", "20000x20000", "no JPEG", "cannot be decoded"], reads.OfType<SourceRead.Unreadable>().Select(u => new[] { "0 bytes", "20000x20000", "no JPEG", "cannot be decoded" }.First(u.Reason.Contains)));
        Assert.Equal(["a.png", "f.png"], reads.OfType<SourceRead.Frame>().Select(f => f.Name));
    }

    [Fact]
    public void Should_refuse_when_there_is_no_picture_or_none_that_can_be_used()
    {
        using (var empty = FrameSources.Open(_folder.Path)) Assert.Contains("no pictures", Assert.Throws<SourceOpenException>(empty.Open).Message);
        _folder.Write("c.png", HugePng());
        using var source = FrameSources.Open(_folder.Path);
        Assert.Contains("20000x20000", Assert.Throws<SourceOpenException>(source.Open).Message);
    }

    [Fact]
    public void Should_be_lost_when_the_folder_vanishes_under_it()
    {
        Save("a.png", 10, 10);
        Save("b.png", 10, 10);
        using var source = FrameSources.Open(_folder.Path);
        source.Open();
        using var pool = new PixelPool(1, 300);
        var buffer = pool.TryRent()!;
        Assert.IsType<SourceRead.Frame>(source.Read(buffer));
        Directory.Delete(_folder.Path, recursive: true);
        Assert.IsType<SourceRead.Lost>(source.Read(buffer));
        buffer.Release();
    }

    [Fact]
    public void Should_not_read_a_larger_picture_when_one_was_replaced()
    {
        Save("a.png", 10, 10);
        using var source = FrameSources.Open(_folder.Path);
        source.Open();
        Save("a.png", 50, 50);
        Assert.Contains("replaced", Assert.IsType<SourceRead.Unreadable>(ReadAll(source, 300)[0]).Reason);
    }

    [Theory]
    [InlineData(1, 30, 20)]
    [InlineData(3, 30, 20)]
    [InlineData(6, 20, 30)]
    [InlineData(8, 20, 30)]
    public void Should_give_the_size_as_shown_when_the_camera_was_turned(byte orientation, int width, int height)
    {
        Save("turned.jpg", 30, 20);
        var plain = File.ReadAllBytes(_folder.File("turned.jpg"));
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
        _folder.Write("turned.jpg", [.. plain[..2], .. exif, .. plain[2..]]);
        using var source = FrameSources.Open(_folder.Path);
        var info = source.Open();
        Assert.Equal((width, height), (info.MaxWidth, info.MaxHeight));
        Assert.Equal(new SourceRead.Frame(width, height, TimeSpan.Zero, "turned.jpg"), ReadAll(source, info.FrameBytes)[0]);
    }

    private static List<SourceRead> ReadAll(IFrameSource source, int bytes)
    {
        using var pool = new PixelPool(1, bytes);
        var buffer = pool.TryRent()!;
        var reads = new List<SourceRead>();
        do reads.Add(source.Read(buffer));
        while (reads[^1] is not (SourceRead.EndOfFile or SourceRead.Lost));
        buffer.Release();
        return reads;
    }

    private void Save(string name, int width, int height)
    {
        OpenCvRuntime.EnsureLoaded();
        using var picture = new Mat(height, width, MatType.CV_8UC3, Scalar.All(90));
        Cv2.ImWrite(_folder.File(name), picture);
    }

    // The head of a picture that would take 1.2 GB.
    private static byte[] HugePng()
    {
        var png = new byte[33];
        ((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]).CopyTo(png);
        "IHDR"u8.CopyTo(png.AsSpan(12));
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 20_000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 20_000);
        (png[24], png[25]) = (8, 2);
        return png;
    }
}
