using ActorPipeline.Catalog;

namespace ActorPipeline.Inference;

/// <summary>What a load found out about one classifier of a merged model.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Classes">Classes it knows.</param>
/// <param name="Labels">Their names.</param>
public sealed record HeadReport(ModelId Model, int Classes, LabelList Labels);
