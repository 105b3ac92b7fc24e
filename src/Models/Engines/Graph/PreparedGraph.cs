namespace ActorPipeline.Engines.Graph;

/// <summary>A model as <see cref="GraphPreparation"/> leaves it.</summary>
/// <param name="Model">The rewritten model.</param>
/// <param name="Rewrites">What was done, in that order, with the number of places it changed; only what changed some.</param>
/// <param name="Kept">Why it was left as it is, but for its inputs; null where nothing stood against rewriting it.</param>
internal sealed record PreparedGraph(ModelProto Model, IReadOnlyList<(string Rewrite, int Places)> Rewrites, string? Kept);
