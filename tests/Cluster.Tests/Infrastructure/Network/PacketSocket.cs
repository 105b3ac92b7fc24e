using System.Runtime.InteropServices;

namespace ActorPipeline.ClusterTests;

/// <summary>
/// Whole frames of an interface of the calling thread's namespace. Each has the kernel's header of ten bytes before it, which says what is
/// still to be done (checksums, segments): handed on with the frame, nothing of it has to be switched off on the links.
/// </summary>
internal sealed partial class PacketSocket : IDisposable
{
    /// <summary>A frame before it is cut into segments, with its headers.</summary>
    public const int LargestFrame = 96 * 1024;

    private const int FamilyPacket = 17, Raw = 3, CloseOnExec = 0x80000, LevelPacket = 263, LevelSocket = 1;

    private readonly int _descriptor;

    public PacketSocket(string link)
    {
        // Every protocol, in network order. Nothing comes in before it is bound.
        const ushort Every = 0x0300;
        _descriptor = Checked(socket(FamilyPacket, Raw | CloseOnExec, 0), "socket");
        try
        {
            Option(LevelPacket, 15, 1); // PACKET_VNET_HDR
            Option(LevelPacket, 23, 1); // PACKET_IGNORE_OUTGOING
            Option(LevelSocket, 33, 32 << 20); // SO_RCVBUFFORCE
            Option(LevelSocket, 32, 32 << 20); // SO_SNDBUFFORCE
            var index = Checked((int)if_nametoindex(link), "if_nametoindex");
            if (index == 0) throw new InvalidOperationException($"no interface {link}");
            Span<byte> address = stackalloc byte[20];
            MemoryMarshal.Write(address, (ushort)FamilyPacket);
            MemoryMarshal.Write(address[2..], Every);
            MemoryMarshal.Write(address[4..], index);
            Checked(bind(_descriptor, address, address.Length), "bind");
        }
        catch
        {
            close(_descriptor);
            throw;
        }
    }

    /// <summary>Waits for a frame.</summary>
    /// <returns>Whether one came.</returns>
    public bool TryReceive(Span<byte> into, TimeSpan bound, out int length)
    {
        const short Readable = 1;
        var wanted = new Poll { Descriptor = _descriptor, Events = Readable };
        length = poll(ref wanted, 1, (int)bound.TotalMilliseconds) > 0 ? (int)recv(_descriptor, into, into.Length, 0) : 0;
        return length > 0;
    }

    /// <summary>Sends a frame; one that the interface does not take now is lost.</summary>
    public void Send(ReadOnlySpan<byte> frame) => send(_descriptor, frame, frame.Length, 0);

    public void Dispose() => close(_descriptor);

    private void Option(int level, int name, int value) => Checked(setsockopt(_descriptor, level, name, in value, sizeof(int)), "setsockopt");

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new InvalidOperationException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int descriptor, int level, int name, in int value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, Span<byte> into, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int descriptor, ReadOnlySpan<byte> from, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref Poll wanted, nint count, int milliseconds);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint if_nametoindex(string name);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
