using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorPipeline.Onnx.Native;

/// <summary>A file of ONNX Runtime's native library, loaded into this process. It stays: native code that has threads is never unloaded.</summary>
/// <param name="Path">The file.</param>
/// <param name="Handle">What the system's loader calls it.</param>
/// <param name="GetApi">Its function that gives a version of its table of functions.</param>
/// <param name="Version">Its version, such as "1.16.3".</param>
internal sealed record OnnxLibraryFile(string Path, IntPtr Handle, IntPtr GetApi, string Version)
{
    /// <summary>What people can do about a library that cannot be used.</summary>
    public const string WhatToDo = "Set actor-pipeline.onnxruntime.library to the path of a libonnxruntime.so of 1.11 or newer for this machine, or to auto for the packaged one.";

    private const string Entry = "OrtGetApiBase";

    /// <summary>The newest table of functions it has, by its version; past all that are known where that cannot be told.</summary>
    public int Api =>
        Version.Split('.') is [var major, var minor, ..] && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var api) && major == "1" ? api : int.MaxValue;

    /// <summary>Loads a file.</summary>
    /// <param name="path">The file; relative to the current folder.</param>
    /// <exception cref="OnnxLibraryException">It cannot be used, and why.</exception>
    public static OnnxLibraryFile Load(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(path)) throw Refused($"'{path}' is a folder: name the library in it, such as '{System.IO.Path.Combine(path, "libonnxruntime.so")}'.");
        if (!File.Exists(path)) throw Refused($"ONNX Runtime's library '{path}' is not there.");
        if (OperatingSystem.IsLinux() && ElfHeader.Refusal(path) is { } refusal) throw Refused($"'{path}' {refusal}.");
        IntPtr handle;
        try
        {
            handle = NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw Refused($"'{path}' does not load: {LoaderText.Why(e.Message, path)}.", e);
        }
        if (!NativeLibrary.TryGetExport(handle, Entry, out var entry))
        {
            NativeLibrary.Free(handle);
            throw Refused($"'{path}' is a library, but not ONNX Runtime: it has no function {Entry}.");
        }
        return Of(path, handle, entry);
    }

    private static unsafe OnnxLibraryFile Of(string path, IntPtr handle, IntPtr entry)
    {
        var start = ((delegate* unmanaged<IntPtr*>)entry)();
        var version = Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr>)start[1])()) ?? "";
        return new OnnxLibraryFile(path, handle, start[0], version);
    }

    private static OnnxLibraryException Refused(string why, Exception? cause = null) => new($"{why} {WhatToDo}", cause);
}
