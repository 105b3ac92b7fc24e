using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Capi;
using ActorPipeline.Onnx.Managed;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

public sealed unsafe class OnnxLibrariesSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string Shared => Path.Combine(Path.GetDirectoryName(Runtimes.PathOf(Runtimes.Packaged))!, "libonnxruntime_providers_shared.so");

    [Theory]
    [Runtime("1.16.3", 16)]
    [Runtime("1.20.1", 16)]
    [Runtime("1.23.2", 16)]
    [Runtime("1.30.0", 16)]
    public void Should_use_the_c_interface_when_the_library_is_older_than_the_wrapper(string version, int api)
    {
        var path = Runtimes.PathOf(version)!;
        var library = Assert.IsType<CapiLibrary>(OnnxLibraries.Open(path, null));
        Assert.Same(library, OnnxLibraries.Open(path, null));
        Assert.Equal((version, api), (library.Version, library.ApiVersion));
        Assert.Contains("CPUExecutionProvider", library.Providers);
        var use = OnnxLibraryUse.Read(path);
        Assert.Equal((path, version, $"C interface, version {api}"), (use.Path, use.Version, use.Way));
    }

    [Fact]
    public void Should_use_the_wrapper_when_the_packaged_library_is_wanted()
    {
        Assert.Same(ManagedLibrary.Instance, OnnxLibraries.Open(OnnxLibraries.Auto, null));
        var use = OnnxLibraryUse.Read(OnnxLibraryUse.Auto);
        Assert.Equal((null, "managed wrapper"), (use.Path, use.Way));
        Assert.Contains("CPUExecutionProvider", use.Providers);
    }

    [RuntimeFact(Runtimes.Packaged)]
    public void Should_refuse_when_the_wrapper_would_have_to_change_its_library()
    {
        OnnxLibraries.Open(OnnxLibraries.Auto, null);
        var path = Runtimes.PathOf(Runtimes.Packaged)!;
        var e = Assert.Throws<OnnxLibraryException>(() => OnnxLibraries.Open(path, null));
        Assert.StartsWith($"This process runs ONNX Runtime from its package already and cannot change to '{path}'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_name_the_file_when_it_is_not_there() => Refuses(_folder.File("libonnxruntime.so"), "is not there");

    [Fact]
    public void Should_name_the_file_in_it_when_it_is_a_folder() => Refuses(_folder.Path, $"is a folder: name the library in it, such as '{_folder.File("libonnxruntime.so")}'");

    [Fact]
    public void Should_say_so_when_it_is_no_library() => Refuses(_folder.Write("lib.so", [.. Enumerable.Repeat((byte)0x20, 100)]), "is no library: it does not begin like one");

    [Fact]
    public void Should_say_so_when_it_is_empty() => Refuses(_folder.Write("lib.so", []), "is no library: it is cut off or empty");

    [RuntimeFact(Runtimes.Packaged)]
    public void Should_say_so_when_it_is_cut_off() => Refuses(_folder.Write("lib.so", File.ReadAllBytes(Shared)[..4000]), "is cut off: the file ends before the library does");

    [RuntimeFact(Runtimes.Packaged)]
    public void Should_name_both_machines_when_it_is_built_for_another()
    {
        var other = File.ReadAllBytes(Shared);
        other[18] = other[18] == 183 ? (byte)62 : (byte)183;
        Refuses(_folder.Write("lib.so", other), "is built for arm64, and this process is x64");
    }

    [RuntimeFact(Runtimes.Packaged)]
    public void Should_say_so_when_it_is_another_library() => Refuses(Shared, "is a library, but not ONNX Runtime: it has no function OrtGetApiBase");

    [RuntimeFact(Runtimes.Packaged)]
    public void Should_name_what_it_needs_when_that_is_not_there()
    {
        var needy = File.ReadAllBytes(Shared);
        var name = needy.AsSpan().IndexOf("libc.so.6"u8);
        "libq.so.6"u8.CopyTo(needy.AsSpan(name));
        Refuses(_folder.Write("lib.so", needy), "does not load: it needs libq.so.6, which is not on this machine or not on its library path");
    }

    [Theory]
    [InlineData("1.10.0")]
    [InlineData("1.3.1")]
    [InlineData("0.5.0")]
    public void Should_say_which_is_the_oldest_when_it_is_too_old(string version)
    {
        var e = Assert.Throws<OnnxLibraryException>(() => CapiApi.Of(new OnnxLibraryFile("/opt/old.so", 0, (IntPtr)(delegate* unmanaged<uint, IntPtr>)&NoApi, version)));
        Assert.StartsWith($"'/opt/old.so' is ONNX Runtime {version}, which is too old: 1.11 is the oldest that works.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_name_the_model_when_a_load_needs_a_library_that_is_not_there()
    {
        var card = TinyOnnx.Card(_folder.Write("tiny.onnx", TinyOnnx.ChannelMeans()));
        var e = Assert.Throws<ModelLoadException>(() => new OnnxModelRuntime(library: _folder.File("nowhere.so")).Load(card, default));
        Assert.Equal(LoadFailure.NativeLibrary, e.Failure);
        Assert.StartsWith("Model 'tiny' (", e.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.File("nowhere.so"), e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Runtime("1.16.3")]
    [Runtime("1.20.1")]
    [Runtime("1.23.2")]
    [Runtime("1.30.0")]
    public void Should_lead_its_log_to_whoever_listens_when_a_run_of_an_older_library_fails(string version)
    {
        var lines = new ConcurrentQueue<string>();
        var library = OnnxLibraries.Open(Runtimes.PathOf(version)!, lines.Enqueue);
        using var session = library.Open(_folder.Write("tiny.onnx", TinyOnnx.Identity(1, 3, -1, -1)), SessionRig.Plan with { LogId = "talkative" }, default);
        using INativeTensor input = session.Allocate(new TensorSpec("image", [1, 3, 4, 4])), wrong = session.Allocate(new TensorSpec("out", [1, 3, 2, 2]));
        using var binding = session.Bind([input], [wrong]);
        Assert.Throws<OnnxCallException>(binding.Run);
        Assert.Contains(lines, line => line.StartsWith("onnxruntime error: ", StringComparison.Ordinal) && line.Contains("Relu", StringComparison.Ordinal));
    }

    [UnmanagedCallersOnly]
    private static IntPtr NoApi(uint version) => 0;

    private static void Refuses(string path, string why)
    {
        var e = Assert.Throws<OnnxLibraryException>(() => OnnxLibraries.Open(path, null));
        Assert.Contains($"'{path}' {why}", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(OnnxLibraryFile.WhatToDo, e.Message, StringComparison.Ordinal);
    }
}
