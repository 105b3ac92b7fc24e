namespace ActorPipeline.Engines.Graph;

/// <summary>Rewrites a model into one that computes the same and that ONNX Runtime runs and loads faster.</summary>
internal static class GraphPreparation
{
    /// <summary>Part of what engines are known by: raised whenever a model may come out another than before.</summary>
    public const int Version = 1;

    // Constants first, for the patterns look for them; the version before what needs it; sharing and cleaning last.
    private static readonly IReadOnlyList<IGraphRewrite> Rewrites =
    [
        new ConstantsToInitializers(), new RemoveNoOps(), new RaiseOpset(), new FuseHardSwish(), new FuseHardSigmoid(),
        new SplitConvolutions(), new ShuffleByGather(), new FoldChannelOrder(), new TransposeBeforeReshape(), new PlainResize(),
        new ShareInitializers(), new DropUnused(),
    ];

    /// <summary>Prepares a model.</summary>
    /// <param name="original">All weights inside it, as <see cref="GraphFile"/> gives it; it is not changed.</param>
    public static PreparedGraph Prepare(ModelProto original)
    {
        var model = original.Clone();
        var done = new List<(string, int)>();
        var kept = GraphLimits.Against(model);
        IReadOnlyList<IGraphRewrite> inputs = [new StripInitializerInputs()];
        foreach (var rewrite in kept is null ? inputs.Concat(Rewrites) : inputs)
        {
            var places = rewrite.Apply(model);
            if (places > 0) done.Add((rewrite.Name, places));
        }
        // Before version 4 of the format every initializer had to be an input.
        if (done.Count > 0) model.IrVersion = Math.Max(model.IrVersion, 4);
        return new PreparedGraph(model, done, kept);
    }
}
