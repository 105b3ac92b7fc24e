using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx;

/// <summary>Opens a session on the first of a card's execution providers that is to be had, and keeps why the others were not.</summary>
internal static class ProviderPlan
{
    /// <summary>A session, what runs it, and why that.</summary>
    public readonly record struct Opened(InferenceSession Session, ExecutionProvider Provider, string Reason);

    private const string WorkspaceLimit = "67108864";

    /// <summary>Tries the card's providers in order.</summary>
    /// <param name="card">The model.</param>
    /// <param name="arena">Whether the processor's sessions have an arena.</param>
    /// <param name="prepared">Prepares what the processor runs; null for sessions on the model's own file.</param>
    /// <param name="cancellation">Asks the load to stop.</param>
    /// <exception cref="ModelLoadException">None is to be had, or the model itself cannot be loaded.</exception>
    public static Opened Open(ModelCard card, bool arena, PreparedModels? prepared, CancellationToken cancellation) => Choose(card, provider =>
        provider == ExecutionProvider.Cpu && prepared is not null
            ? prepared.Open(card, (path, adjust) => OpenSession(card, path, provider, arena, adjust, cancellation))
            : OpenSession(card, card.Path, provider, arena, _ => { }, cancellation));

    /// <summary>The choice without the opening, so that specs can play a machine with GPUs.</summary>
    internal static Opened Choose(ModelCard card, Func<ExecutionProvider, InferenceSession> open)
    {
        var missed = new List<string>();
        Exception? last = null;
        foreach (var provider in card.Providers.Distinct())
        {
            try
            {
                var session = open(provider);
                return new Opened(session, provider, Name(provider) + (missed.Count == 0 ? "" : $" ({string.Join("; ", missed)})"));
            }
            // The five ways in which builds without a provider say so, beside plain failures of its libraries.
            catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException or TypeInitializationException or NotSupportedException)
            {
                if (provider == ExecutionProvider.Cpu || OnnxFault.EndsTheSearch(OnnxFault.Classify(e))) throw OnnxFault.ToLoadException(card, e);
                missed.Add($"{Name(provider)}: {Why(e)}");
                last = e;
            }
        }
        var tried = missed.Count == 0 ? "its card names none" : string.Join("; ", missed);
        throw new ModelLoadException(card.Id, LoadFailure.NoProvider,
            $"Model '{card.Id}' ({card.Path}): none of its execution providers is to be had here ({tried}). Add cpu to its providers, or use a build of ONNX Runtime that has them.", last);
    }

    /// <summary>The configuration's name of a provider.</summary>
    public static string Name(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.TensorRt => "tensorrt",
        ExecutionProvider.Cuda => "cuda",
        _ => "cpu",
    };

    private static InferenceSession OpenSession(
        ModelCard card, string path, ExecutionProvider provider, bool arena, Action<SessionOptions> adjust, CancellationToken cancellation)
    {
        using var options = new SessionOptions
        {
            // A lane is one core: the session's own threads would fight the lanes for it, and spinning ones would burn it.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            // The arena keeps all activations it ever held; without it an idle model can be trimmed to its weights.
            EnableCpuMemArena = arena,
            // Exports that list their weights as inputs warn once for each.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            LogId = card.Id.Value,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (provider == ExecutionProvider.TensorRt) AppendTensorRt(options);
        if (provider == ExecutionProvider.Cuda) AppendCuda(options);
        adjust(options);
        using (cancellation.UnsafeRegister(static state => ((SessionOptions)state!).SetLoadCancellationFlag(true), options))
            return new InferenceSession(path, options);
    }

    private static void AppendTensorRt(SessionOptions options)
    {
        using var tensorRt = new OrtTensorRTProviderOptions();
        // Without a limit TensorRT may take the whole device as workspace while it builds.
        tensorRt.UpdateOptions(new Dictionary<string, string> { ["device_id"] = "0", ["trt_max_workspace_size"] = WorkspaceLimit, ["trt_auxiliary_streams"] = "0" });
        options.AppendExecutionProvider_Tensorrt(tensorRt);
        try
        {
            AppendCuda(options);
        }
        catch (OnnxRuntimeException)
        {
            // What TensorRT leaves over runs on the processor then.
        }
    }

    private static void AppendCuda(SessionOptions options)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>
        {
            ["device_id"] = "0",
            ["arena_extend_strategy"] = "kSameAsRequested",
            ["cudnn_conv_use_max_workspace"] = "0",
        });
        options.AppendExecutionProvider_CUDA(cuda);
    }

    private static string Why(Exception e) =>
        e is EntryPointNotFoundException || e.Message.Contains("not enabled in this build", StringComparison.Ordinal) ? "not in this build"
        : e.Message.Split('\n')[0];
}
