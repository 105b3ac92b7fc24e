using ActorPipeline.Catalog;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx.Managed;

/// <summary>ONNX Runtime by Microsoft's managed wrapper, which needs a native library at least as new as itself.</summary>
internal sealed class ManagedLibrary : IOnnxLibrary
{
    /// <summary>The only one; <see cref="OnnxEnvironment.Ensure"/> comes before its first use.</summary>
    public static readonly ManagedLibrary Instance = new();

    /// <inheritdoc/>
    public string Version => OrtEnv.Instance().GetVersionString();

    /// <inheritdoc/>
    public IReadOnlyList<string> Providers => OrtEnv.Instance().GetAvailableProviders();

    /// <inheritdoc/>
    public INativeSession Open(string path, SessionPlan plan, CancellationToken cancellation)
    {
        List<OrtValue> weights = [];
        InferenceSession? native = null;
        try
        {
            using var options = Options(plan, weights);
            using (cancellation.UnsafeRegister(static state => ((SessionOptions)state!).SetLoadCancellationFlag(true), options))
                native = new InferenceSession(path, options);
            return new ManagedSession(native, plan, weights);
        }
        catch (Exception e)
        {
            // Before what it reads.
            native?.Dispose();
            foreach (var weight in weights) weight.Dispose();
            plan.Weights?.Dispose();
            if (e is OnnxRuntimeException) throw new OnnxCallException(e.Message, e);
            throw;
        }
    }

    private static SessionOptions Options(SessionPlan plan, List<OrtValue> weights)
    {
        var options = new SessionOptions
        {
            // A lane is one core: the session's own threads would fight the lanes for it, and spinning ones would burn it.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            EnableCpuMemArena = plan.Arena,
            // Exports that list their weights as inputs warn once for each.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            LogId = plan.LogId,
            GraphOptimizationLevel = plan.Optimise ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        try
        {
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            foreach (var (key, value) in plan.Entries) options.AddSessionConfigEntry(key, value);
            if (plan.Pool && PooledAllocator.Ensure()) options.AddSessionConfigEntry("session.use_env_allocators", "1");
            if (plan.WriteTo is { } path) options.OptimizedModelFilePath = path;
            if (plan.ProfileTo is { } prefix)
            {
                // In this order: switching it on is what reads the prefix.
                options.ProfileOutputPathPrefix = prefix;
                options.EnableProfiling = true;
            }
            foreach (var weight in plan.Weights?.All ?? [])
            {
                var value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, weight.Type, weight.Shape, weight.Data, weight.Length);
                weights.Add(value);
                options.AddInitializer(weight.Name, value);
            }
            if (plan.Provider == ExecutionProvider.TensorRt) AppendTensorRt(options, plan);
            if (plan.Provider == ExecutionProvider.Cuda) AppendCuda(options, plan.ProviderOptions);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    private static void AppendTensorRt(SessionOptions options, SessionPlan plan)
    {
        using var tensorRt = new OrtTensorRTProviderOptions();
        tensorRt.UpdateOptions(new Dictionary<string, string>(plan.ProviderOptions));
        options.AppendExecutionProvider_Tensorrt(tensorRt);
        if (plan.CudaBeside is { } cuda) AppendCuda(options, cuda);
    }

    private static void AppendCuda(SessionOptions options, IReadOnlyDictionary<string, string> with)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>(with));
        options.AppendExecutionProvider_CUDA(cuda);
    }
}
