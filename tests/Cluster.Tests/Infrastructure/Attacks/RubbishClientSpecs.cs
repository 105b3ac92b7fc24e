using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace ActorPipeline.ClusterTests;

/// <summary>That attackers say rightly what a server does, on small servers that do each of it.</summary>
public sealed class RubbishClientSpecs
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task Should_say_kept_when_a_server_takes_everything()
    {
        using var server = new Server(async stream => await stream.CopyToAsync(Stream.Null));

        var reaction = await new RubbishClient(server.Address).SendRandomBytesAsync(10_000, Short);

        Assert.Equal((Outcome.Kept, 10_000), (reaction.Outcome, reaction.BytesTaken));
        // A timer of the system may be early by less than its tick.
        Assert.InRange(reaction.After, Short - TimeSpan.FromMilliseconds(20), Bound);
    }

    [Fact]
    public async Task Should_say_closed_and_what_came_back_when_a_server_refuses_a_frame()
    {
        var length = 0;
        using var server = new Server(async stream =>
        {
            var header = new byte[4];
            await stream.ReadExactlyAsync(header);
            length = BitConverter.ToInt32(header);
            await stream.ReadExactlyAsync(new byte[length > 1000 ? 64 : length]);
            await stream.WriteAsync("no"u8.ToArray());
        });
        var client = new RubbishClient(server.Address);

        var oversized = await client.SendOversizedFrameHeaderAsync(Bound);
        Assert.Equal((Outcome.Closed, 2, int.MaxValue), (oversized.Outcome, oversized.BytesBack, length));

        var valid = await client.SendValidFrameOfRubbishAsync(500, Bound);
        Assert.Equal((Outcome.Closed, 2, 500), (valid.Outcome, valid.BytesBack, length));
        Assert.True(valid.LetGo);
    }

    [Fact]
    public async Task Should_say_reset_when_a_server_breaks_off()
    {
        using var server = new Server(async stream => await stream.ReadExactlyAsync(new byte[10]), breaksOff: true);

        var reaction = await new RubbishClient(server.Address).SendRandomBytesAsync(1_000_000, Bound);

        Assert.Equal(Outcome.Reset, reaction.Outcome);
    }

    [Fact]
    public async Task Should_say_refused_when_nobody_listens()
    {
        var reaction = await new RubbishClient(new IPEndPoint(IPAddress.Loopback, FreePort.Take())).SendRandomBytesAsync(1, Bound);

        Assert.Equal(Outcome.Refused, reaction.Outcome);
    }

    [Fact]
    public async Task Should_send_byte_by_byte_when_it_is_slow()
    {
        using var server = new Server(async stream => await stream.ReadExactlyAsync(new byte[10]));

        var reaction = await new RubbishClient(server.Address).SlowLorisAsync(TimeSpan.FromMilliseconds(1), Bound);

        Assert.True(reaction.LetGo);
        Assert.InRange(reaction.BytesTaken, 10, 10_000);
    }

    [Fact]
    public async Task Should_hold_connections_and_see_which_are_let_go_of_when_it_opens_many()
    {
        var count = 0;
        using var server = new Server(async stream =>
        {
            if (Interlocked.Increment(ref count) > 900) await stream.ReadExactlyAsync(new byte[1]);
        });

        using var held = await new RubbishClient(server.Address).Open1000ConnectionsAsync(Bound);

        Assert.Equal(1000, held.Opened);
        Assert.True(SpinWait.SpinUntil(() => held.CountClosed() == 900, Bound), $"{held.CountClosed()}");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Should_say_whether_it_was_let_in_when_it_comes_with_tls(SslProtocols protocol)
    {
        using TestAuthority site = new(), other = new("other");
        using var server = new Server(TlsServer(site, protocol));
        var client = new RubbishClient(server.Address);
        using var mine = site.Sign("b", "127.0.0.1");
        using var strange = other.Sign("b", "127.0.0.1");

        var friend = await client.ConnectTlsAsync(mine, TimeSpan.FromSeconds(1), protocol);
        var stranger = await client.ConnectTlsAsync(strange, Bound, protocol);
        var nobody = await client.ConnectTlsAsync(null, Bound, protocol);
        var plain = await client.SendValidFrameOfRubbishAsync(100, Bound);

        Assert.True(friend.LetIn, $"{friend}");
        Assert.Equal((false, true), (stranger.LetIn, stranger.After.LetGo));
        Assert.Equal((false, true), (nobody.LetIn, nobody.After.LetGo));
        Assert.True(plain.LetGo);
    }

    [NetworkFact]
    public async Task Should_come_from_a_node_when_it_is_told_so_and_be_refused_when_that_is_cut_off()
    {
        await using var site = SiteNetwork.Create("a", "b");
        EndPoint? seen = null;
        using var listener = site["b"].CreateSocket();
        listener.Bind(new IPEndPoint(site["b"].Address, 0));
        using var server = new Server(async stream => await stream.ReadExactlyAsync(new byte[1]), listener: listener, seen: e => seen = e);
        var client = new RubbishClient(server.Address, site["a"]);

        Assert.True((await client.SendRandomBytesAsync(10, Bound)).LetGo);
        Assert.Equal(site["a"].Address, Assert.IsType<IPEndPoint>(seen).Address);

        site["a"].Cut();
        Assert.Equal(Outcome.Refused, (await client.SendRandomBytesAsync(10, Short)).Outcome);
    }

    [CommandFact("ss", "-V")]
    public async Task Should_count_what_went_through_a_port_when_it_is_metered()
    {
        using var server = new Server(async stream =>
        {
            await stream.ReadExactlyAsync(new byte[50_000]);
            await stream.WriteAsync(new byte[20_000]);
            await stream.CopyToAsync(Stream.Null);
        });
        var meter = TrafficMeter.OfPort(server.Address.Port);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address);
        await client.GetStream().WriteAsync(new byte[50_000]);
        await client.GetStream().ReadExactlyAsync(new byte[20_000]).AsTask().WaitAsync(Bound);

        Assert.Equal(new Traffic(50_000, 20_000), meter.ReadNext().Bytes);
        Assert.Equal(default, meter.ReadNext().Bytes);
    }

    private static Func<Stream, Task> TlsServer(TestAuthority authority, SslProtocols protocol)
    {
        var certificate = authority.Sign("a", "127.0.0.1");
        return async plain =>
        {
            await using var tls = new SslStream(plain, false, (_, theirs, _, _) => theirs is not null && theirs.Issuer == certificate.Issuer);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, ClientCertificateRequired = true, EnabledSslProtocols = protocol });
            await tls.CopyToAsync(Stream.Null);
        };
    }

    /// <summary>Serves each connection by itself, and closes it then.</summary>
    private sealed class Server : IDisposable
    {
        private readonly Socket _listener;

        public Server(Func<Stream, Task> serve, bool breaksOff = false, Socket? listener = null, Action<EndPoint?>? seen = null)
        {
            _listener = listener ?? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (listener is null) _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(1000);
            Address = (IPEndPoint)_listener.LocalEndPoint!;
            _ = AcceptAsync(serve, breaksOff, seen);
        }

        public IPEndPoint Address { get; }

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync(Func<Stream, Task> serve, bool breaksOff, Action<EndPoint?>? seen)
        {
            try
            {
                while (true) _ = ServeAsync(await _listener.AcceptAsync(), serve, breaksOff, seen);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Over.
            }
        }

        private static async Task ServeAsync(Socket socket, Func<Stream, Task> serve, bool breaksOff, Action<EndPoint?>? seen)
        {
            seen?.Invoke(socket.RemoteEndPoint);
            // A stream that owned the socket would end it in order first.
            await using var stream = new NetworkStream(socket, ownsSocket: !breaksOff);
            try
            {
                await serve(stream);
                if (breaksOff) socket.Close(0);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The client's business.
            }
        }
    }
}
