using System.Net.Sockets;

namespace ActorPipeline.ClusterTests;

/// <summary>Connections that are open and say nothing, until they are disposed of.</summary>
internal sealed class HeldConnections(int wanted) : IDisposable
{
    private readonly List<Socket> _sockets = [];

    /// <value>How many were asked for.</value>
    public int Wanted => wanted;

    /// <value>How many the server's machine took.</value>
    public int Opened => _sockets.Count;

    /// <summary>How many of them the server has let go of by now.</summary>
    public int CountClosed() => _sockets.Count(IsClosed);

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }

    internal void Add(Socket socket) => _sockets.Add(socket);

    private static bool IsClosed(Socket socket)
    {
        try
        {
            // Readable without anything to read is the end.
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
