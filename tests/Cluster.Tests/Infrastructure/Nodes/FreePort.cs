using System.Net;
using System.Net.Sockets;

namespace ActorPipeline.ClusterTests;

/// <summary>Ports of loopback that nobody has. In a site each node has all ports: there 2552 does.</summary>
internal static class FreePort
{
    /// <summary>One that is free now: the kernel gives others first before it gives one again.</summary>
    public static int Take()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
