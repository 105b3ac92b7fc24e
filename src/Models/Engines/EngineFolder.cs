using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ActorPipeline.Engines;

/// <summary>
/// An engine's folder: reads it whole or not at all. "manifest.json" holds the SHA-256 of every file, "fingerprint" that of the manifest.
/// </summary>
internal static class EngineFolder
{
    private const string ManifestName = "manifest.json", FingerprintName = "fingerprint";

    // A file that changed again within the file system's time stamp would look unchanged; one younger than this is read each time.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <summary>Files that were read and found whole, by path, as they were then.</summary>
    private static readonly ConcurrentDictionary<string, (long Length, DateTime Changed, string Sha256)> Known = new(StringComparer.Ordinal);

    /// <summary>Writes the manifest of the files that lie in a folder.</summary>
    public static void Seal(string folder, EngineManifest manifest)
    {
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal)
            .ToDictionary(path => Path.GetFileName(path), path => new EngineFile(new FileInfo(path).Length, Sha256(path)));
        var json = (manifest with { Files = files }).ToJson();
        File.WriteAllBytes(Path.Combine(folder, ManifestName), json);
        File.WriteAllText(Path.Combine(folder, FingerprintName), Convert.ToHexStringLower(SHA256.HashData(json)));
    }

    /// <summary>Reads a folder that was sealed; files that were read before are not read again while their lengths and times are what they were.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="key">What the engine has to be for.</param>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="InvalidDataException">It is not what was written, or was built for something else.</exception>
    public static EngineManifest Read(string folder, EngineKey key)
    {
        var json = File.ReadAllBytes(Path.Combine(folder, ManifestName));
        if (Encoding.ASCII.GetString(File.ReadAllBytes(Path.Combine(folder, FingerprintName))) != Convert.ToHexStringLower(SHA256.HashData(json)))
            throw new InvalidDataException("its manifest is not what was written");
        var manifest = Parse(json);
        if (manifest.Key != key) throw new InvalidDataException("it was built for something else");
        foreach (var (name, file) in manifest.Files) RequireWhole(Path.Combine(folder, name), file);
        return manifest;
    }

    private static EngineManifest Parse(byte[] json)
    {
        try
        {
            return EngineManifest.Parse(json);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"its manifest cannot be understood: {e.Message}", e);
        }
    }

    private static void RequireWhole(string path, EngineFile file)
    {
        // The stamp before the content: a file that changes meanwhile has another one at the next look.
        var info = new FileInfo(path);
        if (!info.Exists) throw new FileNotFoundException($"{info.Name} is missing");
        var (length, changed) = (info.Length, info.LastWriteTimeUtc);
        if (length != file.Length) throw new InvalidDataException($"{info.Name} has {length} bytes instead of {file.Length}");
        if (Known.TryGetValue(path, out var known) && known == (length, changed, file.Sha256)) return;
        if (Sha256(path) != file.Sha256) throw new InvalidDataException($"{info.Name} is not what was written");
        if (DateTime.UtcNow - changed > Settled) Known[path] = (length, changed, file.Sha256);
    }

    private static string Sha256(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
