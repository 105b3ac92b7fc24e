using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorPipeline.Onnx.Native;

/// <summary>
/// Tells from a file's first bytes whether it is a library for this machine. The loader would say of another machine's that it is not
/// there, and one that is cut off would end the process.
/// </summary>
internal static class ElfHeader
{
    private const int SharedObject = 3;
    private const int Length = 64;
    private const int SegmentLength = 56;

    /// <summary>Why the file is no library for this process; null where it may be one.</summary>
    public static string? Refusal(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Refusal(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message.TrimEnd('.')}";
        }
    }

    private static string? Refusal(FileStream file)
    {
        Span<byte> head = stackalloc byte[Length];
        if (file.ReadAtLeast(head, Length, throwOnEndOfStream: false) < Length) return "is no library: it is cut off or empty";
        if (!head.StartsWith("\x7f"u8) || !head[1..].StartsWith("ELF"u8) || Number16(head[16..]) != SharedObject) return "is no library: it does not begin like one";
        var built = Machine(Number16(head[18..]));
        var here = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        if (built != here) return $"is built for {built}, and this process is {here}";
        return IsWhole(file, head) ? null : "is cut off: the file ends before the library does";
    }

    /// <summary>Whether the file holds all that the loader maps.</summary>
    private static bool IsWhole(FileStream file, ReadOnlySpan<byte> head)
    {
        Span<byte> segment = stackalloc byte[SegmentLength];
        var (at, count) = (Number64(head[32..]), Number16(head[56..]));
        for (var i = 0; i < count; i++)
        {
            if (at < 0 || at > file.Length) return false;
            file.Position = at + ((long)i * SegmentLength);
            if (file.ReadAtLeast(segment, SegmentLength, throwOnEndOfStream: false) < SegmentLength) return false;
            var (from, length) = (Number64(segment[8..]), Number64(segment[32..]));
            if (from < 0 || length < 0 || from > file.Length - length) return false;
        }
        return true;
    }

    private static int Number16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static long Number64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);

    private static string Machine(int code) => code switch
    {
        3 => "x86",
        40 => "arm",
        62 => "x64",
        183 => "arm64",
        243 => "riscv64",
        _ => $"another machine (number {code})",
    };
}
