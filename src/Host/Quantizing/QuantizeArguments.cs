namespace ActorPipeline.Hosting.Quantizing;

/// <summary>What <c>quantize</c> was given, as it was written.</summary>
internal sealed record QuantizeArguments
{
    /// <summary>A file, or with <see cref="Config"/> the name of one of its models.</summary>
    public required string Model { get; init; }

    public string? Calibrate { get; init; }

    public required string Evaluate { get; init; }

    public required string Out { get; init; }

    public string? Config { get; init; }

    public string? Truth { get; init; }

    public string? CalibrateTruth { get; init; }

    public string? Profile { get; init; }

    public string? Scheme { get; init; }

    public IReadOnlyList<string> Methods { get; init; } = [];

    public string? MaxLoss { get; init; }

    public string? MaxTime { get; init; }

    public bool Unproven { get; init; }

    public string Name { get; init; } = "int8";

    // The rest is what a configuration says of its models.
    public string? Kind { get; init; }

    public string? Labels { get; init; }

    public string? Channels { get; init; }

    public string? Mean { get; init; }

    public string? Std { get; init; }

    public string? Resize { get; init; }

    public string? Score { get; init; }

    /// <summary>Whether the report is printed as one JSON object.</summary>
    public bool Json { get; init; }
}
