using ActorPipeline.Catalog;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Providers;

/// <summary>How a session on a device is opened. Pure.</summary>
internal static class DevicePlan
{
    private const string NothingOnTheProcessor = "session.disable_cpu_ep_fallback", NothingIsBuilt = "session.disable_model_compile";

    /// <summary>A session on CUDA.</summary>
    public static SessionPlan Cuda(ModelCard card, ProviderMachine machine) =>
        Bound(card, new SessionPlan { Provider = ExecutionProvider.Cuda, LogId = card.Id.Value, Staged = true, ProviderOptions = CudaOptions.For(card, machine) });

    /// <summary>A session on TensorRT.</summary>
    /// <param name="card">The model.</param>
    /// <param name="model">What its file says.</param>
    /// <param name="machine">What there is; it has a device.</param>
    /// <param name="precision">What was chosen.</param>
    /// <param name="stage">What for.</param>
    public static SessionPlan TensorRt(ModelCard card, ModelFacts model, ProviderMachine machine, string precision, TensorRtStage stage)
    {
        var plan = Bound(card, new SessionPlan
        {
            Provider = ExecutionProvider.TensorRt, LogId = card.Id.Value, Staged = true,
            ProviderOptions = TensorRtOptions.For(card, model, machine, precision, stage),
            CudaBeside = HasCudaBeside(card, machine) ? CudaOptions.For(card, machine) : null,
            // ONNX Runtime's own optimising would make quantised layers' biases 32-bit integers, which TensorRT refuses, and do what TensorRT does itself.
            Optimise = precision != "int8",
        });
        return stage is TensorRtStage.Loading && TensorRtOptions.KeepsContexts(machine) ? plan.With(NothingIsBuilt, "1") : plan;
    }

    /// <summary>The file that such a session is opened on.</summary>
    public static string PathOf(ModelCard card, ProviderMachine machine, TensorRtStage stage) =>
        stage is TensorRtStage.Loading loading && TensorRtOptions.KeepsContexts(machine) ? Path.Combine(loading.Folder, TensorRtStage.ContextName) : card.Path;

    /// <summary>
    /// Whether CUDA takes what TensorRT leaves over: only where the card names it, too. Its libraries cost a process hundreds of megabytes,
    /// and without it the processor takes those nodes.
    /// </summary>
    public static bool HasCudaBeside(ModelCard card, ProviderMachine machine) =>
        card.Device.AllowFallback && card.Providers.Contains(ExecutionProvider.Cuda) && machine.Has(ExecutionProvider.Cuda);

    /// <summary>A card without fallback is better refused than run partly on the processor.</summary>
    private static SessionPlan Bound(ModelCard card, SessionPlan plan) => card.Device.AllowFallback ? plan : plan.With(NothingOnTheProcessor, "1");
}
