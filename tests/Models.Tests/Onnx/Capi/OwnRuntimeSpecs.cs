using ActorPipeline.Catalog;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Capi;

/// <summary>The library that the environment names, which scripts/check-gpu-runtime.sh puts together; skipped by name where it names none.</summary>
public sealed class OwnRuntimeSpecs
{
    // Sums in another order on a GPU, at full precision.
    private const float Tolerance = 0.01f;

    private static readonly Dictionary<string, string> Options = new() { ["device_id"] = "0", ["use_tf32"] = "0" };

    [OwnRuntimeFact]
    public void Should_give_what_the_processor_gives_when_cuda_runs_a_detector_by_the_c_interface()
    {
        var library = new CapiLibrary(OnnxLibraryFile.Load(OwnRuntimeFactAttribute.Named!));
        var cuda = SessionRig.Plan with { Provider = ExecutionProvider.Cuda, Staged = true, ProviderOptions = Options };
        using var processor = library.Open(Detector, SessionRig.Plan, default);
        using var device = Open(library, cuda);
        using SessionRig expected = new(processor), found = new(device);
        for (var seed = 0; seed < 5; seed++) Assert.InRange(SessionRig.Difference(expected.Run(seed), found.Run(seed)), 0, Tolerance);
    }

    private static INativeSession Open(CapiLibrary library, SessionPlan plan)
    {
        try
        {
            return library.Open(Detector, plan, default);
        }
        catch (OnnxCallException e)
        {
            Assert.Fail(MissingProvider.Why(plan.Provider, e));
            throw;
        }
    }

    /// <summary>PicoDet-S where the data folder is, else the demo's detector.</summary>
    private static string Detector => TestData.Root is null ? Path.Combine(Root(), "demo", "detector.onnx") : TestData.PicoDetS.Path;

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ActorPipeline.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}

/// <summary>A fact about the library that the environment names.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OwnRuntimeFactAttribute : FactAttribute
{
    public OwnRuntimeFactAttribute()
    {
        if (Named is null) Skip = $"needs {OnnxLibraryUse.Variable} to name a build of ONNX Runtime with CUDA, and a GPU; scripts/check-gpu-runtime.sh runs it";
    }

    public static string? Named { get; } = Environment.GetEnvironmentVariable(OnnxLibraryUse.Variable) is { Length: > 0 } named ? named : null;
}
