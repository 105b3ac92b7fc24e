using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorPipeline.Onnx.Native;

/// <summary>Tells from a file's first bytes whether it is a library for this machine: of another machine's the loader says that it is not there.</summary>
internal static class ElfHeader
{
    private const int SharedObject = 3;
    private const int Length = 20;

    /// <summary>Why the file is no library for this process; null where it may be one.</summary>
    public static string? Refusal(string path)
    {
        Span<byte> head = stackalloc byte[Length];
        try
        {
            using var file = File.OpenRead(path);
            if (file.ReadAtLeast(head, Length, throwOnEndOfStream: false) < Length) return "is no library: it is cut off or empty";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message.TrimEnd('.')}";
        }
        if (!head.StartsWith("\x7f"u8 + "ELF"u8) || BinaryPrimitives.ReadUInt16LittleEndian(head[16..]) != SharedObject) return "is no library: it does not begin like one";
        var built = Machine(BinaryPrimitives.ReadUInt16LittleEndian(head[18..]));
        var here = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return built == here ? null : $"is built for {built}, and this process is {here}";
    }

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
