using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ActorPipeline.ClusterTests;

/// <summary>
/// Somebody who reaches a node's port and means no good. A frame of Akka.Remote is four bytes of length, little-endian, and so many more.
/// Every method is bounded, and says what the server did.
/// </summary>
/// <param name="server">The port.</param>
/// <param name="from">A node of a site from which it comes; null for the machine itself.</param>
internal sealed class RubbishClient(IPEndPoint server, SiteNode? from = null)
{
    /// <summary>Random bytes, the same for the same seed.</summary>
    public Task<Reaction> SendRandomBytesAsync(int count, TimeSpan bound, int seed = 1) => SendAsync(Rubbish(count, seed), bound);

    /// <summary>The length of a frame that nobody should want to read, and a little of it.</summary>
    /// <param name="bound">For all of it.</param>
    /// <param name="length">As it is written; it may be negative.</param>
    public Task<Reaction> SendOversizedFrameHeaderAsync(TimeSpan bound, int length = int.MaxValue) => SendAsync((byte[])[.. Header(length), .. Rubbish(64, 2)], bound);

    /// <summary>A frame whose length is right and whose content is rubbish.</summary>
    public Task<Reaction> SendValidFrameOfRubbishAsync(int length, TimeSpan bound, int seed = 3) => SendAsync(Frame(length, seed), bound);

    /// <summary>Anything: for frames that a spec makes itself.</summary>
    public Task<Reaction> SendAsync(ReadOnlyMemory<byte> bytes, TimeSpan bound) => AttackAsync(bound, (stream, sent, end) => WriteAsync(stream, bytes, sent, end));

    /// <summary>Half a frame, byte by byte, and the rest never.</summary>
    /// <param name="interval">Between bytes.</param>
    /// <param name="bound">For all of it.</param>
    public Task<Reaction> SlowLorisAsync(TimeSpan interval, TimeSpan bound) => AttackAsync(bound, async (stream, sent, end) =>
    {
        using var timer = new PeriodicTimer(interval);
        byte[] frame = [.. Header(1 << 20), .. Rubbish(1 << 19, 4)];
        for (var at = 0; at < frame.Length; at++)
        {
            await WriteAsync(stream, frame.AsMemory(at, 1), sent, end);
            await timer.WaitForNextTickAsync(end);
        }
    });

    /// <summary>Opens connections one after another, says nothing, and holds them.</summary>
    /// <param name="count">A thousand, or another number.</param>
    /// <param name="bound">For all of them.</param>
    public async Task<HeldConnections> OpenConnectionsAsync(int count, TimeSpan bound)
    {
        using var end = new CancellationTokenSource(bound);
        var held = new HeldConnections(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                var socket = CreateSocket();
                try
                {
                    await socket.ConnectAsync(server, end.Token);
                    held.Add(socket);
                }
                catch (SocketException)
                {
                    socket.Dispose();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // So many as could be.
        }
        return held;
    }

    /// <summary>A thousand connections.</summary>
    public Task<HeldConnections> Open1000ConnectionsAsync(TimeSpan bound) => OpenConnectionsAsync(1000, bound);

    /// <summary>Connects with TLS, and sends a frame of rubbish where it is let in. It believes any server.</summary>
    /// <param name="certificate">Who it says it is; null for nobody.</param>
    /// <param name="bound">For all of it.</param>
    /// <param name="protocols">Which it offers; none for the machine's own choice.</param>
    public async Task<TlsReaction> ConnectTlsAsync(X509Certificate2? certificate, TimeSpan bound, SslProtocols protocols = SslProtocols.None)
    {
        string? handshake = "no connection";
        var after = await AttackAsync(bound, async (stream, sent, end) =>
        {
            await WriteAsync(stream, Frame(256, 5), sent, end);
        }, async (plain, end) =>
        {
#pragma warning disable CA5359 // It is an attacker.
            var tls = new SslStream(plain, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
            handshake = "the handshake is not over";
            try
            {
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
                {
                    TargetHost = server.Address.ToString(),
                    ClientCertificates = certificate is null ? [] : [certificate],
                    // Whatever the server asks for.
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                    EnabledSslProtocols = protocols,
                }, end);
                handshake = null;
                return tls;
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                handshake = (e.InnerException ?? e).Message;
                throw new IOException(handshake, e);
            }
        });
        return new TlsReaction(handshake, after);
    }

    private static byte[] Header(int length)
    {
        var header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        return header;
    }

    private static byte[] Frame(int length, int seed) => [.. Header(length), .. Rubbish(length, seed)];

    private static byte[] Rubbish(int count, int seed)
    {
        var bytes = new byte[count];
#pragma warning disable CA5394 // The same each time.
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }

    private static async Task WriteAsync(Stream stream, ReadOnlyMemory<byte> bytes, Counter sent, CancellationToken end)
    {
        await stream.WriteAsync(bytes, end);
        sent.Bytes += bytes.Length;
    }

    private Socket CreateSocket()
    {
        var socket = from?.CreateSocket() ?? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        return socket;
    }

    /// <summary>Connects, attacks, and reads until the server lets go or the bound is over.</summary>
    private async Task<Reaction> AttackAsync(
        TimeSpan bound, Func<Stream, Counter, CancellationToken, Task> attack, Func<Stream, CancellationToken, Task<Stream>>? wrap = null)
    {
        var start = Stopwatch.GetTimestamp();
        using var end = new CancellationTokenSource(bound);
        using var socket = CreateSocket();
        Counter sent = new(), back = new();
        try
        {
            await socket.ConnectAsync(server, end.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return Result(Outcome.Refused);
        }
        try
        {
            await using Stream plain = new NetworkStream(socket);
            await using var stream = wrap is null ? plain : await wrap(plain, end.Token);
            var attacking = attack(stream, sent, end.Token);
            // A server that lets go does so for its reader; what is still to be sent then fails by itself.
            var outcome = await ReadAsync(stream, back, end.Token);
            await end.CancelAsync();
            await Task.WhenAny(attacking);
            // The kernel tells of a reset once: whoever writes may hear of it, and whoever reads sees an end then.
            return Result(attacking.Exception is { InnerException: { } failure } && IsReset(failure) ? Outcome.Reset : outcome);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // No handshake: the server let go of it, unless time was over.
            return Result(e is OperationCanceledException ? Outcome.Kept : IsReset(e) ? Outcome.Reset : Outcome.Closed);
        }

        Reaction Result(Outcome outcome) => new(outcome, back.Bytes, Stopwatch.GetElapsedTime(start), sent.Bytes);
    }

    private static async Task<Outcome> ReadAsync(Stream stream, Counter back, CancellationToken end)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var count = await stream.ReadAsync(buffer, end);
                if (count == 0) return Outcome.Closed;
                back.Bytes += count;
            }
        }
        catch (OperationCanceledException)
        {
            return Outcome.Kept;
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            // With TLS a server that lets go of a client says why: an alert, and an end in order.
            return IsReset(e) ? Outcome.Reset : Outcome.Closed;
        }
    }

    private static bool IsReset(Exception e) => e is SocketException { SocketErrorCode: SocketError.ConnectionReset } || (e.InnerException is { } inner && IsReset(inner));

    private sealed class Counter
    {
        public long Bytes { get; set; }
    }
}
