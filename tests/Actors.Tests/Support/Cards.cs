using ActorPipeline.Catalog;

namespace ActorPipeline.Support;

/// <summary>Cards of synthetic models.</summary>
public static class Cards
{
    public static readonly ModelId Detector = new("detector");
    public static readonly ModelId Classifier = new("classifier");

    public static ModelCard Of(ModelId id) =>
        new() { Id = id, Path = "", Kind = id == Classifier ? ModelKind.Classification : ModelKind.PicoDet };
}
