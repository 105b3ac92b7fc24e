namespace ActorPipeline.Catalog;

/// <summary>How a model's tensors are to be read.</summary>
public enum ModelKind
{
    /// <summary>PicoDet: class maps (sigmoid done) and box maps (distribution focal loss) at strides 8, 16, 32, 64.</summary>
    PicoDet,

    /// <summary>YOLOX: one output of [1, N, 5 + classes], grid decoding outside the graph.</summary>
    Yolox,

    /// <summary>A score for each class.</summary>
    Classification,
}
