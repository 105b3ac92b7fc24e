using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ActorPipeline.Engines;

/// <summary>What a processor can do, as far as the layout of weights follows it.</summary>
internal static class ProcessorName
{
    /// <summary>This machine's: architecture and instruction sets. ONNX Runtime asks the processor itself, whatever .NET is told to use of it: so does this.</summary>
    public static string Of()
    {
        var architecture = $"{RuntimeInformation.ProcessArchitecture}";
        if (!X86Base.IsSupported) return $"{architecture} {AdvSimd.IsSupported} {Dp.IsSupported}";
        var (_, _, basic, _) = X86Base.CpuId(1, 0);
        var (_, ebx, ecx, edx) = X86Base.CpuId(7, 0);
        // Of leaf 1 only what says something of instructions: bit 27 and others tell of the system's present state.
        const int instructions = (1 << 0) | (1 << 9) | (1 << 12) | (1 << 19) | (1 << 20) | (1 << 28) | (1 << 29);
        return $"{architecture} {basic & instructions:x8} {ebx:x8} {ecx:x8} {edx:x8}";
    }
}
