using System.Security.Cryptography;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Where a model goes: a folder of its name, which is there whole or not at all.</summary>
/// <param name="Folder">The folder of all models, absolute.</param>
/// <param name="Model">The model.</param>
internal sealed record PullTarget(string Folder, IndexedModel Model)
{
    /// <summary>The model's folder.</summary>
    public string Place => Path.Combine(Folder, Model.Name);

    /// <summary>Where it comes together.</summary>
    public string Part => Place + ".part";

    /// <summary>Where a file of it is in the end.</summary>
    public string PathOf(IndexedFile file) => Path.Combine(Place, file.Name);

    /// <summary>Keeps other processes from pulling it until it is disposed.</summary>
    /// <exception cref="PullException">Another one is at it.</exception>
    public IDisposable Lock()
    {
        var path = Path.Combine(Folder, $".{Model.Name}.lock");
        try
        {
            // Locked by the kernel: it goes with the process. The file stays, because removing it would race with who opens it.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new PullException($"'{Model.Name}' is being pulled into '{Folder}' by another process", error);
        }
    }

    /// <summary>Whether it is there already.</summary>
    /// <returns>True where every file of it is there with its checksum, false where there is nothing in its place.</returns>
    /// <exception cref="PullException">Something else is there, which is left as it is.</exception>
    /// <exception cref="IOException">What is there cannot be read.</exception>
    public async Task<bool> IsThereAsync(CancellationToken stop)
    {
        if (!Directory.Exists(Place) && !File.Exists(Place)) return false;
        foreach (var file in Model.Files)
            if (!await IsThereAsync(file, stop)) throw new PullException($"'{Place}' is there already, and its '{file.Name}' is not the one of the index: it is left as it is; move it away, or name another folder with --folder");
        return true;
    }

    private async Task<bool> IsThereAsync(IndexedFile file, CancellationToken stop)
    {
        if (new FileInfo(PathOf(file)) is not { Exists: true, Length: var length } || length != file.Size) return false;
        await using var content = File.OpenRead(PathOf(file));
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, stop)) == file.Sha256;
    }
}
