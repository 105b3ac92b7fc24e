using ActorPipeline.Sources;
using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Evaluation;

/// <summary>A picture of a set; its pixels are there until the next one is asked for.</summary>
/// <param name="Index">Its place among the set's names.</param>
/// <param name="Name">Its name in the set.</param>
/// <param name="View">Its pixels.</param>
internal readonly record struct SetPicture(int Index, string Name, ImageView View);

/// <summary>A picture of a set that cannot be used.</summary>
/// <param name="Name">Its name in the set.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record UnreadablePicture(string Name, string Reason);

/// <summary>
/// The pictures of a folder and of its subfolders (one for each class, as classifiers' sets are often kept), read one at a time: there is
/// never more than one picture in memory. A name is the path from the folder with a slash, "cat/1.jpg"; the order is ordinal.
/// </summary>
internal sealed class PictureSet
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp"];

    private readonly SourceOptions _options;

    private PictureSet(string folder, IReadOnlyList<string> names, SourceOptions options) => (Folder, Names, _options) = (folder, names, options);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The pictures' names; at least one.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Lists a folder's pictures; none is decoded yet.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Says how large a picture may be.</param>
    /// <exception cref="EvaluationException">It does not exist, cannot be read, or has no pictures.</exception>
    public static PictureSet Open(string folder, SourceOptions? options = null)
    {
        try
        {
            OpenCvRuntime.EnsureLoaded();
            if (!Directory.Exists(folder)) throw new EvaluationException($"Picture folder '{folder}' does not exist.");
            string[] names = [.. Pictures(folder, ""), .. Directory.EnumerateDirectories(folder).SelectMany(sub => Pictures(sub, $"{Path.GetFileName(sub)}/"))];
            if (names.Length == 0) throw new EvaluationException($"Picture folder '{folder}' has no pictures (jpg, jpeg, png, bmp).");
            Array.Sort(names, StringComparer.Ordinal);
            return new PictureSet(folder, names, options ?? new SourceOptions());
        }
        catch (OpenCvUnavailableException e)
        {
            throw new EvaluationException($"The pictures of '{folder}' cannot be decoded: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"Picture folder '{folder}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The set of some of its pictures.</summary>
    /// <param name="wanted">Says which.</param>
    /// <exception cref="EvaluationException">None of them.</exception>
    public PictureSet Only(Func<string, bool> wanted)
    {
        string[] names = [.. Names.Where(wanted)];
        return names.Length > 0 ? new PictureSet(Folder, names, _options) : throw new EvaluationException($"Picture folder '{Folder}' has none of the pictures that are wanted.");
    }

    /// <summary>Reads the pictures one by one.</summary>
    /// <param name="unreadable">Told of each that cannot be used, which is then passed over; null drops that.</param>
    /// <param name="cancellation">Noticed between pictures.</param>
    /// <exception cref="EvaluationException">At the end, where not one could be used.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<SetPicture> Read(Action<UnreadablePicture>? unreadable = null, CancellationToken cancellation = default)
    {
        var read = 0;
        string? firstRefusal = null;
        for (var i = 0; i < Names.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var pixels = Decode(Names[i], out var why);
            if (pixels is null)
            {
                firstRefusal ??= $"{Names[i]}: {why}";
                unreadable?.Invoke(new UnreadablePicture(Names[i], why));
                continue;
            }
            read++;
            yield return new SetPicture(i, Names[i], new ImageView(pixels.Data, pixels.Width, pixels.Height, (int)pixels.Step()));
        }
        if (read == 0) throw new EvaluationException($"Picture folder '{Folder}': none of its {Names.Count} pictures can be used ({firstRefusal}).");
    }

    private static IEnumerable<string> Pictures(string folder, string prefix) => Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!)
        .Where(name => Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)).Select(name => prefix + name);

    private Mat? Decode(string name, out string why)
    {
        var file = Path.Combine(Folder, name);
        if (PictureHeader.TryRead(file, out var header) is { } refusal)
        {
            why = refusal;
            return null;
        }
        why = $"it is {header.Width}x{header.Height}, more than the {_options.MaxPixels} pixels allowed";
        if ((long)header.Width * header.Height > _options.MaxPixels) return null;
        why = "it cannot be decoded";
        try
        {
            var picture = Cv2.ImRead(file, ImreadModes.Color);
            if (!picture.Empty()) return picture;
            picture.Dispose();
        }
        catch (OpenCVException e)
        {
            why = $"it cannot be decoded: {e.Message}";
        }
        return null;
    }
}
