using System.Runtime.InteropServices;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Capi;
using ActorPipeline.Onnx.Managed;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx;

/// <summary>
/// Finds the native library that is wanted and the way to call it: the managed wrapper where the library is at least as new as that, its
/// C interface where it is older. A library is opened once and stays for as long as the process.
/// </summary>
internal static class OnnxLibraries
{
    /// <summary>Stands for the library that <see cref="OnnxLibraryUse.Variable"/> names, else the packaged one.</summary>
    public const string Auto = OnnxLibraryUse.Auto;

    private const string Packaged = "";

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, IOnnxLibrary> Opened = [];

    // What the wrapper calls, which a process cannot change: a file, or the packaged library. Null before its first use.
    private static string? _wrapped;

    /// <summary>The same for a model that needs it.</summary>
    /// <exception cref="ModelLoadException">It cannot be used.</exception>
    public static IOnnxLibrary For(ModelCard card, string library, Action<string>? log)
    {
        try
        {
            return Open(library, log);
        }
        catch (OnnxLibraryException e)
        {
            throw new ModelLoadException(card.Id, LoadFailure.NativeLibrary, $"Model '{card.Id}' ({card.Path}): {e.Message}", e);
        }
    }

    /// <summary>Opens a library, or gives the one that is open.</summary>
    /// <param name="library">Its path, or <see cref="Auto"/>.</param>
    /// <param name="log">Gets its log lines, from any thread; null for nobody.</param>
    /// <exception cref="OnnxLibraryException">It cannot be used.</exception>
    public static IOnnxLibrary Open(string library, Action<string>? log)
    {
        var path = PathOf(library);
        lock (Gate)
        {
            if (path == Packaged) return Wrap(Packaged, log);
            OnnxLog.Add(log);
            if (Opened.TryGetValue(path, out var open)) return open;
            var file = OnnxLibraryFile.Load(path);
            open = file.Api >= WrapperApi && file.Api != int.MaxValue ? Wrap(file, log) : Bind(file);
            Opened.Add(path, open);
            return open;
        }
    }

    /// <summary>The file that is meant; empty for the packaged one.</summary>
    public static string PathOf(string library) =>
        library != Auto ? Path.GetFullPath(library)
        : Environment.GetEnvironmentVariable(OnnxLibraryUse.Variable) is { Length: > 0 } named && named != Auto ? Path.GetFullPath(named)
        : Packaged;

    // The wrapper asks a library for the table of its own version.
    private static int WrapperApi => typeof(InferenceSession).Assembly.GetName().Version!.Minor;

    private static CapiLibrary Bind(OnnxLibraryFile file)
    {
        try
        {
            return new CapiLibrary(file);
        }
        catch (OnnxCallException e)
        {
            throw new OnnxLibraryException($"'{file.Path}' (ONNX Runtime {file.Version}) does not start: {e.Message}. {OnnxLibraryFile.WhatToDo}", e);
        }
    }

    private static ManagedLibrary Wrap(OnnxLibraryFile file, Action<string>? log)
    {
        if (_wrapped is null)
        {
            try
            {
                // The wrapper would set one of its own at its first use, and an assembly has one for ever.
                NativeLibrary.SetDllImportResolver(typeof(InferenceSession).Assembly, (name, _, _) => IsRuntime(name) ? file.Handle : 0);
                _wrapped = file.Path;
            }
            catch (InvalidOperationException)
            {
                // Somebody used the wrapper without asking here.
                _wrapped = Packaged;
            }
        }
        return Wrap(file.Path, log);
    }

    private static ManagedLibrary Wrap(string path, Action<string>? log)
    {
        if (_wrapped is { } wrapped && wrapped != path) throw Taken(wrapped, path);
        OnnxEnvironment.Require(log);
        _wrapped = path;
        return ManagedLibrary.Instance;
    }

    private static bool IsRuntime(string name) => Path.GetFileNameWithoutExtension(name) is "onnxruntime" or "libonnxruntime";

    private static OnnxLibraryException Taken(string wrapped, string path) => new(
        $"This process runs ONNX Runtime from {Name(wrapped)} already and cannot change to {Name(path)}: give all its runtimes the same actor-pipeline.onnxruntime.library, or use two processes.");

    private static string Name(string path) => path == Packaged ? "its package" : $"'{path}'";
}
