using ActorPipeline.Hosting.Display;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Downloads all files of a model, and moves them to their place together.</summary>
/// <param name="target">Where to.</param>
/// <param name="client">Asks.</param>
/// <param name="display">Shows how far each file is, by its name.</param>
/// <param name="time">The clock.</param>
internal sealed class ModelDownload(PullTarget target, PullClient client, IJobDisplay display, TimeProvider time)
{
    private const long Spare = 16 << 20;

    /// <summary>Says how many bytes are free on the disk of a folder.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Downloads.</summary>
    /// <exception cref="PullException">It cannot be had, or another process is at it.</exception>
    /// <exception cref="IOException">It cannot be written; what has come stays.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(target.Folder);
        using var own = target.Lock();
        // Another process may have brought it since this one looked.
        if (await target.IsThereAsync(stop)) return;
        var part = PartFolder.Open(target.Part, target.Model.Files);
        RequireRoom(part);
        foreach (var file in target.Model.Files)
        {
            display.Began(file.Name);
            await new FileDownload(file, part, client, bytes => display.At(file.Name, (double)bytes / file.Size), time).RunAsync(stop);
            display.Ended(file.Name, "there");
        }
        part.MoveTo(target.Place);
    }

    private void RequireRoom(PartFolder part)
    {
        var (missing, free) = (target.Model.Files.Sum(f => f.Size - part.PlanOf(f).Offset), FreeBytes(target.Folder));
        if (missing > free - Spare) throw new PullException($"'{target.Folder}' has {new Bytes(free)} free; {new Bytes(missing)} are to come, and {new Bytes(Spare)} should stay");
    }
}
