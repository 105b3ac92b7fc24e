namespace ActorPipeline.Quantization;

/// <summary>What is tried: which groups are left float, and how the others are quantised.</summary>
/// <param name="Name">For people.</param>
/// <param name="Method">The method its ranges come from.</param>
/// <param name="Float">Groups left float.</param>
internal sealed record LayerSet(string Name, RangeMethod Method, IReadOnlyList<LayerGroup> Float)
{
    /// <summary>Those of <see cref="Float"/> that are so for speed alone.</summary>
    public IReadOnlyList<LayerGroup> ForSpeed { get; init; } = [];

    /// <summary>Whether biases are corrected (<see cref="BiasCorrection"/>).</summary>
    public bool Corrected { get; init; }

    /// <summary>Where the method does not matter.</summary>
    public string NameWithoutMethod => Name.Replace($"{Word(Method)}, ", "", StringComparison.Ordinal);

    /// <summary>All groups quantised by a method.</summary>
    public static LayerSet All(RangeMethod method) => new($"{Word(method)}, all", method, []);

    /// <summary>With some groups float, because they bring most noise.</summary>
    public static LayerSet Without(RangeMethod method, IReadOnlyList<LayerGroup> floats) => new($"{Word(method)}, {Groups(floats.Count)} float", method, floats);

    /// <summary>With more groups float, for speed.</summary>
    /// <param name="more">Those.</param>
    /// <param name="why">For people.</param>
    public LayerSet Quicker(IReadOnlyList<LayerGroup> more, string why) =>
        this with { Name = $"{Word(Method)}, {Groups(Float.Count + more.Count)} float: {why}", Float = [.. Float, .. more], ForSpeed = [.. ForSpeed, .. more] };

    /// <summary>With corrected biases.</summary>
    public LayerSet WithBiases() => this with { Name = $"{Name}, biases corrected", Corrected = true };

    private static string Groups(int count) => count == 1 ? "1 group" : $"{count} groups";

    private static string Word(RangeMethod method) => method switch
    {
        RangeMethod.MinMax => "min-max",
        RangeMethod.Entropy => "entropy",
        _ => "percentile",
    };
}
