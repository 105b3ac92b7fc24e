using System.Text.Json.Serialization;

namespace ActorPipeline.Catalog;

/// <summary>Another form of a model: the same inputs, classes and labels, with other weights.</summary>
public sealed record ModelVariant
{
    /// <summary>Its name, such as "int8"; no two of a model have the same.</summary>
    public required string Name { get; init; }

    /// <summary>The ONNX file.</summary>
    public required string Path { get; init; }

    /// <summary>Execution providers in order of preference; null for those of its card.</summary>
    public IReadOnlyList<ExecutionProvider>? Providers { get; init; }

    /// <summary>Its declared footprint; null where it has to be estimated.</summary>
    [JsonIgnore]
    public Footprint? Footprint { get; init; }

    /// <summary>How long a run was measured to take; null where nobody said. For people: nothing is decided by it.</summary>
    public TimeSpan? RunTime { get; init; }

    /// <summary>How good it was measured to be, 0 to 1; null where nobody said. For people: nothing is decided by it.</summary>
    public double? Accuracy { get; init; }
}
