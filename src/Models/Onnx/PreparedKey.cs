using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using ActorPipeline.Catalog;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx;

/// <summary>
/// Names a prepared model after all that it depends on: the model's content, ONNX Runtime's version, what the processor can do (layouts
/// of weights follow its vector width) and how it was prepared. Anything else in another of these is another name.
/// </summary>
internal static class PreparedKey
{
    /// <summary>Raised whenever a model is prepared in another way.</summary>
    private const string Recipe = "1: all optimisations, weights of 1024 bytes and more outside";

    /// <summary>64 hexadecimal digits. Needs ONNX Runtime's environment.</summary>
    public static string Of(ModelFingerprint model) => Of(model, OrtEnv.Instance().GetVersionString(), Processor());

    /// <summary>The same for any runtime and processor.</summary>
    internal static string Of(ModelFingerprint model, string runtime, string processor) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', model.Hex, runtime, processor, Recipe))));

    // ONNX Runtime asks the processor itself, whatever .NET is told to use of it: so does this.
    private static string Processor()
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
