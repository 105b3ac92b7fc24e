using System.Net;
using System.Net.Sockets;

namespace ActorPipeline.Events.Mqtt;

/// <summary>A way to a local port that can be cut, as a cable can.</summary>
internal sealed class CuttableWay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _to;
    private readonly List<TcpClient> _ends = [];
    private bool _cut;

    public CuttableWay(int to)
    {
        _to = to;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Accept();
    }

    public int Port { get; }

    public void Cut()
    {
        lock (_ends)
        {
            _cut = true;
            foreach (var end in _ends) end.Client.Close(0);
            _ends.Clear();
        }
    }

    public void Mend()
    {
        lock (_ends) _cut = false;
    }

    public void Dispose()
    {
        Cut();
        _listener.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var from = await _listener.AcceptTcpClientAsync();
                var to = new TcpClient();
                lock (_ends)
                {
                    if (_cut)
                    {
                        from.Close();
                        continue;
                    }
                    to.Connect(IPAddress.Loopback, _to);
                    _ends.AddRange([from, to]);
                }
                _ = Carry(from, to);
                _ = Carry(to, from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The spec is over.
        }
    }

    private static async Task Carry(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It was cut.
        }
    }
}
