using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>Opens a session on the first of a card's execution providers that is to be had, and keeps why the others were not.</summary>
internal static class ProviderPlan
{
    /// <summary>A session, what runs it, and why that.</summary>
    public readonly record struct Opened(INativeSession Session, ExecutionProvider Provider, string Reason);

    private const string WorkspaceLimit = "67108864";

    private static readonly Dictionary<string, string> Cuda = new()
    {
        ["device_id"] = "0",
        ["arena_extend_strategy"] = "kSameAsRequested",
        ["cudnn_conv_use_max_workspace"] = "0",
    };

    /// <summary>Tries a card's providers in order.</summary>
    /// <exception cref="ModelLoadException">None is to be had, or the model itself cannot be loaded.</exception>
    public static Opened Choose(ModelCard card, Func<ExecutionProvider, INativeSession> open)
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
            catch (Exception e) when (e is OnnxCallException or EntryPointNotFoundException or DllNotFoundException or TypeInitializationException or NotSupportedException)
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

    /// <summary>How a card's model is opened on a provider.</summary>
    public static SessionPlan For(ModelCard card, ExecutionProvider provider, bool arena) => provider switch
    {
        ExecutionProvider.TensorRt => new SessionPlan
        {
            Provider = provider, LogId = card.Id.Value, Arena = arena, CudaBeside = Cuda,
            // Without a limit TensorRT may take the whole device as workspace while it builds.
            ProviderOptions = new Dictionary<string, string> { ["device_id"] = "0", ["trt_max_workspace_size"] = WorkspaceLimit, ["trt_auxiliary_streams"] = "0" },
        },
        ExecutionProvider.Cuda => new SessionPlan { Provider = provider, LogId = card.Id.Value, Arena = arena, ProviderOptions = Cuda },
        _ => new SessionPlan { Provider = provider, LogId = card.Id.Value, Arena = arena },
    };

    /// <summary>The configuration's name of a provider.</summary>
    public static string Name(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.TensorRt => "tensorrt",
        ExecutionProvider.Cuda => "cuda",
        _ => "cpu",
    };

    private static string Why(Exception e) =>
        e is EntryPointNotFoundException || e.Message.Contains("not enabled in this build", StringComparison.Ordinal) ? "not in this build"
        : e.Message.Split('\n')[0];
}
