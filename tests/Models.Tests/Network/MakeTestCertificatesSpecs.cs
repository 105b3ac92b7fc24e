using System.Diagnostics;

namespace ActorPipeline.Network;

public sealed class MakeTestCertificatesSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("site").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [OpensslFact]
    public void Should_make_certificates_that_nodes_take_and_keep_the_authority_when_it_runs_again()
    {
        Assert.Equal(0, Run("", "gate", "hall"));
        var authority = File.ReadAllText(At("authority.crt"));
        Assert.Equal(0, Run("geheim", "attic"));

        Assert.Equal(authority, File.ReadAllText(At("authority.crt")));
        using var gate = NodeIdentity.Load(At("gate.p12"), "", At("authority.crt"));
        using var hall = NodeIdentity.Load(At("hall.p12"), "", At("authority.crt"));
        using var attic = NodeIdentity.Load(At("attic.p12"), "geheim", At("authority.crt"));
        Assert.True(gate.Accepts(hall.Certificate) && hall.Accepts(attic.Certificate) && attic.Accepts(gate.Certificate));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("authority.key")));
    }

    [OpensslFact]
    public void Should_say_how_it_is_called_when_it_is_called_otherwise()
    {
        Assert.Equal(2, Run(""));
        Assert.Equal(2, Run("", "../gate"));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private string At(string name) => Path.Combine(_folder, name);

    private int Run(string password, params string[] names)
    {
        var start = new ProcessStartInfo(Script, [_folder, .. names]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PASSWORD"] = password;
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static string Script
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "ActorPipeline.sln"))) folder = Path.GetDirectoryName(folder)!;
            return Path.Combine(folder, "scripts", "make-test-certificates.sh");
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class OpensslFactAttribute : FactAttribute
    {
        public OpensslFactAttribute()
        {
            if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "openssl")))) Skip = "needs openssl";
        }
    }
}
