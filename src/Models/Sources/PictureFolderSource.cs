using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sources;

/// <summary>The pictures of a folder, by name. One that cannot be used is reported and passed over.</summary>
internal sealed class PictureFolderSource(string path, SourceOptions options) : IFrameSource
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp"];

    private string[]? _files;
    private int _next;

    /// <inheritdoc/>
    public SourceInfo Open()
    {
        SourceErrors.RequireOpenCv($"Picture folder '{path}'");
        _files = List();
        int width = 0, height = 0;
        long pixels = 0;
        string? firstRefusal = null;
        foreach (var file in _files)
        {
            if (Refusal(file, out var header) is { } why)
            {
                firstRefusal ??= $"{Path.GetFileName(file)}: {why}";
                continue;
            }
            width = Math.Max(width, header.Width);
            height = Math.Max(height, header.Height);
            pixels = Math.Max(pixels, (long)header.Width * header.Height);
        }
        if (pixels == 0) throw new SourceOpenException($"Picture folder '{path}': none of its {_files.Length} pictures can be used ({firstRefusal}).");
        return new SourceInfo(false, width, height, null, _files.Length, checked((int)(pixels * 3)));
    }

    /// <inheritdoc/>
    public SourceRead Read(PixelBuffer into)
    {
        var files = _files ?? throw new InvalidOperationException("The source is not open.");
        if (_next == files.Length)
            return Directory.Exists(path) ? new SourceRead.EndOfFile() : new SourceRead.Lost($"Picture folder '{path}' is gone.");
        var file = files[_next++];
        var name = Path.GetFileName(file);
        if (Refusal(file, out var header) is { } why)
            return Directory.Exists(path) ? new SourceRead.Unreadable(why, name) : new SourceRead.Lost($"Picture folder '{path}' is gone, {files.Length - _next + 1} of {files.Length} pictures unread.");
        if ((long)header.Width * header.Height * 3 > into.Capacity)
            return new SourceRead.Unreadable($"it was replaced by one of {header.Width}x{header.Height}, larger than all that were there at the start", name);
        return Decode(file, name, into);
    }

    /// <inheritdoc/>
    public void Dispose() => _files = null;

    private string? Refusal(string file, out PictureHeader header)
    {
        if (PictureHeader.TryRead(file, out header) is { } why) return why;
        return (long)header.Width * header.Height <= options.MaxPixels ? null
            : $"it is {header.Width}x{header.Height}, more than the {options.MaxPixels} pixels allowed";
    }

    private static SourceRead Decode(string file, string name, PixelBuffer into)
    {
        try
        {
            using var picture = Cv2.ImRead(file, ImreadModes.Color);
            if (picture.Empty()) return new SourceRead.Unreadable("it cannot be decoded", name);
            if ((long)picture.Width * picture.Height * 3 > into.Capacity) return new SourceRead.Unreadable($"it is {picture.Width}x{picture.Height}, which its header did not say", name);
            var view = into.View(picture.Width, picture.Height);
            using var target = Mat.FromPixelData(view.Height, view.Width, MatType.CV_8UC3, view.Address, view.Stride);
            picture.CopyTo(target);
            return new SourceRead.Frame(view.Width, view.Height, TimeSpan.Zero, name);
        }
        catch (OpenCVException e)
        {
            return new SourceRead.Unreadable($"it cannot be decoded: {e.Message}", name);
        }
    }

    private string[] List()
    {
        string[] files;
        try
        {
            files = [.. Directory.EnumerateFiles(path).Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceOpenException($"Picture folder '{path}' cannot be read: {e.Message}", e);
        }
        if (files.Length == 0) throw new SourceOpenException($"Picture folder '{path}' has no pictures (jpg, jpeg, png, bmp).");
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }
}
