using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx.Native;

/// <summary>How a session is opened: all that is said to ONNX Runtime, as plain data, so that it can be compared, printed and tried without a device.</summary>
internal sealed record SessionPlan
{
    /// <summary>What runs it.</summary>
    public required ExecutionProvider Provider { get; init; }

    /// <summary>What its log lines are marked with.</summary>
    public string LogId { get; init; } = "";

    /// <summary>The provider's options by ONNX Runtime's own names; empty for the processor.</summary>
    public IReadOnlyDictionary<string, string> ProviderOptions { get; init; } = Nothing;

    /// <summary>Options of the CUDA provider that takes what TensorRT leaves over; null for none.</summary>
    public IReadOnlyDictionary<string, string>? CudaBeside { get; init; }

    /// <summary>The session's configuration entries.</summary>
    public IReadOnlyDictionary<string, string> Entries { get; init; } = Nothing;

    /// <summary>Whether the graph is optimised; one that was written optimised needs none.</summary>
    public bool Optimise { get; init; } = true;

    /// <summary>Where the optimised graph is written; null for nowhere.</summary>
    public string? WriteTo { get; init; }

    /// <summary>What the file begins with, path and all, that the session writes each kernel's time to; null for none. Where the library can.</summary>
    public string? ProfileTo { get; init; }

    /// <summary>Whether activations on the processor are kept in an arena of the session's.</summary>
    public bool Arena { get; init; }

    /// <summary>Whether what the session allocates on the processor comes from the pool of all sessions, where the library can; then there is no arena.</summary>
    public bool Pool { get; init; }

    /// <summary>
    /// Whether tensors are staged for a device: they lie in host memory that it copies from by itself (pinned) where the session has such,
    /// and inputs are bound anew for each run, because binding is what copies them over.
    /// </summary>
    public bool Staged { get; init; }

    /// <summary>Weights that lie in memory already and take the place of the model's own; disposed with the session. Null for none.</summary>
    public IMappedWeights? Weights { get; init; }

    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>The plan with one more configuration entry.</summary>
    public SessionPlan With(string key, string value) => this with { Entries = new Dictionary<string, string>(Entries) { [key] = value } };
}
