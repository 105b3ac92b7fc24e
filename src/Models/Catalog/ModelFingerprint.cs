using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ActorPipeline.Onnx;

namespace ActorPipeline.Catalog;

/// <summary>
/// What tells one model's content from another's, whatever the file is called: the SHA-256 of the model file and of the files it
/// keeps weights in. For a model in one file it is that file's SHA-256, as other tools print it. The same for everything that is
/// kept about a model: prepared files, engines, measured footprints.
/// </summary>
public readonly record struct ModelFingerprint
{
    // A file that changed again within the file system's time stamp would look unchanged; one younger than this is read each time.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private static readonly ConcurrentDictionary<string, Known> Cache = new(StringComparer.Ordinal);

    private ModelFingerprint(string hex) => Hex = hex;

    /// <summary>64 hexadecimal digits, in lower case.</summary>
    public string Hex { get; }

    /// <inheritdoc/>
    public override string ToString() => Hex;

    /// <summary>
    /// The fingerprint of a model; blocks while it reads the files, in small pieces. A path that was read before is not read again
    /// while the files' lengths and times are what they were.
    /// </summary>
    /// <param name="modelPath">The ONNX file.</param>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="InvalidDataException">The model names weights outside its folder.</exception>
    public static ModelFingerprint Of(string modelPath)
    {
        var path = Path.GetFullPath(modelPath);
        if (Cache.TryGetValue(path, out var known) && known.Files.All(f => Stamp.Of(f.Path) == f)) return known.Fingerprint;
        // Stamps before content: a file that changes meanwhile has another stamp at the next call.
        List<Stamp> stamps = [Stamp.Of(path)];
        var hash = Sha256(path);
        var external = ExternalWeights.LocationsIn(path);
        if (external.Count > 0)
        {
            var list = new StringBuilder(hash);
            foreach (var location in external)
            {
                var file = Inside(Path.GetDirectoryName(path)!, location);
                stamps.Add(Stamp.Of(file));
                list.Append('\n').Append(Sha256(file)).Append("  ").Append(location);
            }
            hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString())));
        }
        var fingerprint = new ModelFingerprint(hash);
        if (stamps.TrueForAll(s => DateTime.UtcNow - s.Changed > Settled)) Cache[path] = new Known(fingerprint, [.. stamps]);
        return fingerprint;
    }

    private static string Sha256(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string Inside(string folder, string location)
    {
        var file = Path.GetFullPath(Path.Combine(folder, location));
        var root = folder.EndsWith(Path.DirectorySeparatorChar) ? folder : folder + Path.DirectorySeparatorChar;
        return file.StartsWith(root, StringComparison.Ordinal)
            ? file
            : throw new InvalidDataException($"The model keeps weights in '{location}', which lies outside its folder {folder}.");
    }

    private sealed record Known(ModelFingerprint Fingerprint, Stamp[] Files);

    private readonly record struct Stamp(string Path, long Length, DateTime Changed)
    {
        public static Stamp Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new Stamp(path, file.Length, file.LastWriteTimeUtc) : new Stamp(path, -1, default);
        }
    }
}
