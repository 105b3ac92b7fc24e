using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ActorPipeline.Events.Mqtt;

/// <summary>A broker of a spec's own on a loopback port, which can be killed and started again.</summary>
internal sealed class Mosquitto : IDisposable
{
    private readonly TestFolder _folder = new();
    private Process? _process;

    /// <param name="listener">Lines of its configuration for the listener: who may come, certificates.</param>
    /// <param name="users">Names and passwords; none lets everybody in.</param>
    public Mosquitto(string listener = "", params (string User, string Password)[] users)
    {
        Port = FreePort();
        if (users.Length > 0)
        {
            File.WriteAllLines(_folder.File("users"), users.Select(u => $"{u.User}:{u.Password}"));
            using var hash = Process.Start(new ProcessStartInfo("mosquitto_passwd", ["-U", _folder.File("users")]) { RedirectStandardError = true })!;
            hash.WaitForExit();
        }
        // Started by root it becomes another user, who could not read this folder.
        File.WriteAllText(_folder.File("mosquitto.conf"),
            $"user root\nlistener {Port} 127.0.0.1\n{(users.Length > 0 ? $"allow_anonymous false\npassword_file {_folder.File("users")}" : "allow_anonymous true")}\n{listener}\n");
        Start();
    }

    public static string? Program { get; } = new[] { "/usr/sbin", "/usr/local/sbin" }.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        .Select(folder => Path.Combine(folder, "mosquitto")).FirstOrDefault(File.Exists);

    public int Port { get; }

    public void Start()
    {
        _process = Process.Start(new ProcessStartInfo(Program!, ["-c", _folder.File("mosquitto.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Eventually.Is(CanConnect, "the broker listens");
    }

    /// <summary>As a power cut would: it says nothing to anybody, and forgets what it retained.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is not null) Kill();
        _folder.Dispose();
    }

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private bool CanConnect()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
