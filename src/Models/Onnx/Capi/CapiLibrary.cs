using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Capi;

/// <summary>ONNX Runtime by its C interface, at a version of its table that old libraries have too: for those that the managed wrapper refuses.</summary>
internal sealed unsafe class CapiLibrary : IOnnxLibrary
{
    private const int Warning = 2;

    private readonly CapiApi _api;
    private readonly IntPtr _environment;

    /// <summary>Makes the library's environment, which lives as long as the process.</summary>
    /// <exception cref="OnnxLibraryException">It is too old.</exception>
    /// <exception cref="OnnxCallException">It refuses.</exception>
    public CapiLibrary(OnnxLibraryFile file)
    {
        _api = CapiApi.Of(file);
        Version = file.Version;
        using var name = new CapiText("actorpipeline");
        delegate* unmanaged[Cdecl]<IntPtr, int, byte*, byte*, byte*, byte*, void> log = &Log;
        _environment = _api.Get(CapiFunction.CreateEnvWithCustomLogger, (IntPtr)log, 0, Warning, name.Data);
        Providers = AvailableProviders(_api);
    }

    /// <inheritdoc/>
    public string Version { get; }

    /// <summary>The version of the table of functions in use.</summary>
    public int ApiVersion => _api.Version;

    /// <inheritdoc/>
    public IReadOnlyList<string> Providers { get; }

    /// <inheritdoc/>
    public INativeSession Open(string path, SessionPlan plan, CancellationToken cancellation)
    {
        // This version of the table has no way to stop a load: it is asked for between loads alone.
        List<IntPtr> weights = [];
        IntPtr options = 0, session = 0;
        try
        {
            options = CapiOptions.Create(_api, plan, weights);
            using var file = CapiText.Path(path);
            session = _api.Get(CapiFunction.CreateSession, _environment, file.Data, options);
            return new CapiSession(_api, session, plan, weights);
        }
        catch
        {
            _api.Release(CapiFunction.ReleaseSession, session);
            foreach (var weight in weights) _api.Release(CapiFunction.ReleaseValue, weight);
            plan.Weights?.Dispose();
            throw;
        }
        finally
        {
            _api.Release(CapiFunction.ReleaseSessionOptions, options);
        }
    }

    private static string[] AvailableProviders(CapiApi api)
    {
        IntPtr* names = null;
        var count = 0;
        api.Call(CapiFunction.GetAvailableProviders, (IntPtr)(&names), (IntPtr)(&count));
        var providers = new string[count];
        for (var i = 0; i < count; i++) providers[i] = Marshal.PtrToStringUTF8(names[i]) ?? "";
        api.Call(CapiFunction.ReleaseAvailableProviders, (IntPtr)names, count);
        return providers;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Log(IntPtr param, int severity, byte* category, byte* logId, byte* location, byte* message) =>
        OnnxLog.Say(severity, Marshal.PtrToStringUTF8((IntPtr)message), Marshal.PtrToStringUTF8((IntPtr)location));
}
