using System.Net;
using System.Net.Sockets;

namespace ActorPipeline.Cluster.Network;

/// <summary>The way to a node: what connects here goes on to the same port at the node's own address, until the cable is cut. Nobody is told of that.</summary>
internal sealed class Cable : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private volatile bool _cut;

    public Cable()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where a node at the end listens, and is reached.</summary>
    public ClusterSettings Lead(ClusterSettings settings) => settings with { Host = "127.0.0.2", PublicHost = "127.0.0.1", Port = Port };

    /// <summary>Where others reach it.</summary>
    public string Seed => $"127.0.0.1:{Port}";

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Cut() => _cut = true;

    public void Dispose()
    {
        _listener.Dispose();
        lock (_sockets) _sockets.ForEach(s => s.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = Keep(await _listener.AcceptSocketAsync());
                var far = Keep(new Socket(SocketType.Stream, ProtocolType.Tcp));
                await far.ConnectAsync("127.0.0.2", Port);
                _ = CarryAsync(near, far);
                _ = CarryAsync(far, near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The spec is over.
        }
    }

    private async Task CarryAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count && count > 0)
            {
                for (var sent = 0; sent < count && !_cut;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is gone.
        }

        if (!_cut) to.Dispose();
    }

    private Socket Keep(Socket socket)
    {
        lock (_sockets) _sockets.Add(socket);
        return socket;
    }
}
