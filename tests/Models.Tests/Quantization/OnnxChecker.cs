using System.Diagnostics;

namespace ActorPipeline.Quantization;

/// <summary>The checker: the ONNX project's own, which knows nothing of ONNX Runtime.</summary>
internal static class OnnxChecker
{
    // Debian's own interpreter, for which its packages are installed.
    private const string Python = "/usr/bin/python3";

    /// <summary>Whether it is installed.</summary>
    public static bool IsHere { get; } = File.Exists(Python) && Run("import onnx").Code == 0;

    /// <summary>What it has against a file, types and shapes included; empty for nothing. It gets the content: into a file it would write the shapes that it found.</summary>
    public static string Complaint(string path) => Run("import onnx, sys; onnx.checker.check_model(open(sys.argv[1], 'rb').read(), full_check=True)", path) is var (code, error) && code == 0 ? "" : $"{code}: {error}";

    private static (int Code, string Error) Run(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, ["-c", script, .. arguments]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
