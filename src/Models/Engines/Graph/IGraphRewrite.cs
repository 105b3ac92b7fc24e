namespace ActorPipeline.Engines.Graph;

/// <summary>One change of a model that leaves what it computes as it is.</summary>
internal interface IGraphRewrite
{
    /// <summary>What it does, as reports say it.</summary>
    string Name { get; }

    /// <summary>Changes every place that it applies to.</summary>
    /// <returns>How many places it changed; a model with none is left untouched.</returns>
    int Apply(ModelProto model);
}
