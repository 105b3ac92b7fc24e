namespace ActorPipeline.Quantization;

/// <summary>A layer and those that take all it gives, channel by channel.</summary>
/// <param name="First">The layer.</param>
/// <param name="Takers">Who takes it.</param>
/// <param name="Value">What they take.</param>
/// <param name="Between">All values from the first layer's result to that.</param>
internal sealed record EqualisablePair(Layer First, IReadOnlyList<Layer> Takers, string Value, IReadOnlyList<string> Between)
{
    /// <summary>For people.</summary>
    public string Name => $"{First.Name} to {string.Join(" and ", Takers.Select(t => t.Name))}";
}
