namespace ActorPipeline.Engines.Graph;

/// <summary>Raises the version of ONNX's operators to the one that has HardSwish, where there is one to make and every operator allows it.</summary>
internal sealed class RaiseOpset : IGraphRewrite
{
    public string Name => $"operators raised to version {FuseHardSwish.Since}";

    public int Apply(ModelProto model) =>
        OpsetRaise.VersionOf(model) < FuseHardSwish.Since && FuseHardSwish.CountIn(model.Graph) > 0 && OpsetRaise.TryRaise(model, FuseHardSwish.Since, out _) ? 1 : 0;
}
