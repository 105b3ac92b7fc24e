namespace ActorPipeline.Engines.Graph;

/// <summary>A model to merge.</summary>
/// <param name="Name">What its outputs are called after.</param>
/// <param name="Model">All weights inside it.</param>
internal sealed record MergeSource(string Name, ModelProto Model);

/// <summary>What became of models that were to be merged into one.</summary>
internal abstract record MergeOutcome
{
    private MergeOutcome()
    {
    }

    /// <summary>One model gives what all of them give.</summary>
    /// <param name="Model">Takes the first one's inputs, under its names.</param>
    /// <param name="Outputs">For each source, in their order, the merged model's outputs that are its own, in its order.</param>
    /// <param name="SharedNodes">Nodes that now run once for several.</param>
    /// <param name="SharedBytes">Bytes of weights that are now held once for several.</param>
    public sealed record Merged(ModelProto Model, IReadOnlyList<IReadOnlyList<string>> Outputs, int SharedNodes, long SharedBytes) : MergeOutcome;

    /// <summary>They stay apart.</summary>
    /// <param name="Reason">A sentence that names what stands against it.</param>
    public sealed record Refused(string Reason) : MergeOutcome;
}
