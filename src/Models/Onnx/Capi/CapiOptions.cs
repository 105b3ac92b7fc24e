using ActorPipeline.Catalog;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Capi;

/// <summary>A plan as ONNX Runtime's session options.</summary>
internal static unsafe class CapiOptions
{
    private const int Sequential = 0;
    private const int Error = 3;
    private const int NoOptimisation = 0;
    private const int AllOptimisation = 99;

    /// <summary>Makes them.</summary>
    /// <param name="api">The library.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="weights">Gets the tensors over the plan's weights, which have to outlive the session.</param>
    /// <exception cref="OnnxCallException">Something in the plan was refused.</exception>
    public static IntPtr Create(CapiApi api, SessionPlan plan, List<IntPtr> weights)
    {
        var options = api.Get(CapiFunction.CreateSessionOptions);
        try
        {
            // As in the managed wrapper's library, which says why.
            api.Call(CapiFunction.SetIntraOpNumThreads, options, 1);
            api.Call(CapiFunction.SetInterOpNumThreads, options, 1);
            api.Call(CapiFunction.SetSessionExecutionMode, options, Sequential);
            api.Call(plan.Arena ? CapiFunction.EnableCpuMemArena : CapiFunction.DisableCpuMemArena, options);
            api.Call(CapiFunction.SetSessionLogSeverityLevel, options, Error);
            using (var id = new CapiText(plan.LogId)) api.Call(CapiFunction.SetSessionLogId, options, id.Data);
            api.Call(CapiFunction.SetSessionGraphOptimizationLevel, options, plan.Optimise ? AllOptimisation : NoOptimisation);
            Entry(api, options, "session.intra_op.allow_spinning", "0");
            foreach (var (key, value) in plan.Entries) Entry(api, options, key, value);
            if (plan.WriteTo is { } path)
            {
                using var file = CapiText.Path(path);
                api.Call(CapiFunction.SetOptimizedModelFilePath, options, file.Data);
            }
            if (plan.Weights is { } mapped) Add(api, options, mapped, weights);
            if (plan.Provider == ExecutionProvider.TensorRt)
            {
                Append(api, options, TensorRt, plan.ProviderOptions);
                if (plan.CudaBeside is { } beside) Append(api, options, Cuda, beside);
            }
            if (plan.Provider == ExecutionProvider.Cuda) Append(api, options, Cuda, plan.ProviderOptions);
            return options;
        }
        catch
        {
            api.Release(CapiFunction.ReleaseSessionOptions, options);
            throw;
        }
    }

    private static void Entry(CapiApi api, IntPtr options, string key, string value)
    {
        using CapiText name = new(key), text = new(value);
        api.Call(CapiFunction.AddSessionConfigEntry, options, name.Data, text.Data);
    }

    private static void Add(CapiApi api, IntPtr options, IMappedWeights mapped, List<IntPtr> weights)
    {
        var memory = CapiTensor.ProcessMemory(api);
        try
        {
            foreach (var weight in mapped.All)
            {
                var value = api.TensorOver(memory, weight.Data, weight.Length, weight.Shape, (int)weight.Type);
                weights.Add(value);
                using var name = new CapiText(weight.Name);
                api.Call(CapiFunction.AddInitializer, options, name.Data, value);
            }
        }
        finally
        {
            api.Release(CapiFunction.ReleaseMemoryInfo, memory);
        }
    }

    private static void Append(CapiApi api, IntPtr options, (CapiFunction Create, CapiFunction Update, CapiFunction Append, CapiFunction Release) provider, IReadOnlyDictionary<string, string> with)
    {
        var made = api.Get(provider.Create);
        var keys = with.Keys.Select(key => new CapiText(key)).ToArray();
        var values = with.Values.Select(value => new CapiText(value)).ToArray();
        try
        {
            fixed (IntPtr* names = keys.Select(key => key.Data).ToArray(), texts = values.Select(value => value.Data).ToArray())
                api.Call(provider.Update, made, (IntPtr)names, (IntPtr)texts, keys.Length);
            api.Call(provider.Append, options, made);
        }
        finally
        {
            foreach (var text in keys.Concat(values)) text.Dispose();
            api.Release(provider.Release, made);
        }
    }

    private static readonly (CapiFunction, CapiFunction, CapiFunction, CapiFunction) TensorRt =
    (
        CapiFunction.CreateTensorRTProviderOptions, CapiFunction.UpdateTensorRTProviderOptions,
        CapiFunction.SessionOptionsAppendExecutionProvider_TensorRT_V2, CapiFunction.ReleaseTensorRTProviderOptions
    );

    private static readonly (CapiFunction, CapiFunction, CapiFunction, CapiFunction) Cuda =
    (
        CapiFunction.CreateCUDAProviderOptions, CapiFunction.UpdateCUDAProviderOptions,
        CapiFunction.SessionOptionsAppendExecutionProvider_CUDA_V2, CapiFunction.ReleaseCUDAProviderOptions
    );
}
