using System.Diagnostics;
using ActorPipeline.Hosting.Readme;

namespace ActorPipeline.Hosting.Running;

/// <summary>The program with a native library that does not load: a copy of it whose library is a text file.</summary>
public sealed class NativeLibrarySpecs : IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("actorpipeline-").FullName;

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    [Theory]
    [InlineData("libonnxruntime.so", "Microsoft.ML.OnnxRuntime")]
    [InlineData("libOpenCvSharpExtern.so", "OpenCvSharp4.official.runtime.linux-x64")]
    public async Task Should_name_the_package_and_exit_2_when_a_native_library_does_not_load(string library, string package)
    {
        CopyProgram(AppContext.BaseDirectory, _copy, library);
        var start = new ProcessStartInfo("dotnet",
            ["exec", Path.Combine(_copy, "actorpipeline.dll"), "run", "--config", Path.Combine(ReadmeText.Root, "hocon", "demo.conf"), "--out", Path.Combine(_copy, "out")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Contains(package, await errors);
        Assert.Equal(ExitCode.BadConfiguration, process.ExitCode);
    }

    /// <summary>Copies what is small and links what is large, but for the one library.</summary>
    private static void CopyProgram(string from, string to, string broken)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            if (Path.GetFileName(file) == broken) File.WriteAllText(target, "no library");
            else if (new FileInfo(file).Length > 4 << 20) File.CreateSymbolicLink(target, file);
            else File.Copy(file, target);
        }
    }
}
