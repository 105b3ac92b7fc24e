using System.Runtime.InteropServices;

namespace ActorPipeline.Onnx.Capi;

/// <summary>A text as native code reads it; let go by disposing.</summary>
internal readonly struct CapiText : IDisposable
{
    private CapiText(IntPtr data) => Data = data;

    /// <summary>A text in UTF-8.</summary>
    public CapiText(string text)
        : this(Marshal.StringToCoTaskMemUTF8(text))
    {
    }

    /// <summary>A path, which ONNX Runtime takes in the system's own characters.</summary>
    public static CapiText Path(string path) => OperatingSystem.IsWindows() ? new CapiText(Marshal.StringToCoTaskMemUni(path)) : new CapiText(path);

    /// <summary>Its first character; the last one is zero.</summary>
    public IntPtr Data { get; }

    /// <inheritdoc/>
    public void Dispose() => Marshal.FreeCoTaskMem(Data);
}
