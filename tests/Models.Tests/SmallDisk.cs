using System.Diagnostics;

namespace ActorPipeline;

/// <summary>A disk of a spec's own, a few hundred kilobytes in memory, that can be filled.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TestFolder _folder = new();

    /// <param name="kibibytes">How large it is.</param>
    public SmallDisk(int kibibytes) => Run("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "actorpipeline-spec", Path);

    /// <summary>Why there is none here; null where there is.</summary>
    public static string? Missing { get; } = Try();

    public string Path => _folder.Path;

    private string Ballast => File("ballast");

    public string File(string name) => _folder.File(name);

    /// <summary>Leaves no room at all.</summary>
    public void Fill()
    {
        using var file = System.IO.File.OpenHandle(Ballast, FileMode.Append, FileAccess.Write);
        try
        {
            var page = new byte[4096];
            for (var at = RandomAccess.GetLength(file); ; at += page.Length) RandomAccess.Write(file, page, at);
        }
        catch (IOException)
        {
            // That is full.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => System.IO.File.Delete(Ballast);

    public void Dispose()
    {
        // At once, whoever still has a file of it open.
        Run("umount", "--lazy", Path);
        _folder.Dispose();
    }

    private static string? Try()
    {
        if (!OperatingSystem.IsLinux()) return "needs Linux";
        try
        {
            new SmallDisk(64).Dispose();
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"needs the right to mount a tmpfs: {e.Message}";
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException(error.Trim());
    }
}
