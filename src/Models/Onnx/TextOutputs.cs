using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx;

/// <summary>The outputs of text models, whose sizes follow from their input's where they are free.</summary>
internal static class TextOutputs
{
    /// <summary>Input pixels for one step of a recogniser that leaves its width free.</summary>
    public const int PixelsAStep = 8;

    /// <summary>An output's shape with free dimensions filled in as the kind has them; as it is for kinds that have none.</summary>
    public static long[] Resolve(ModelKind kind, long[] shape, int width, int height) => (kind, shape) switch
    {
        (ModelKind.Db, [1, 1, var h, var w]) => [1, 1, h > 0 ? h : height, w > 0 ? w : width],
        (ModelKind.Ctc, [1, -1, var classes]) => [1, width / PixelsAStep, classes],
        _ => shape,
    };

    /// <summary>Whether it is a text detector's map for an input of this size: as large, or a whole number of times smaller.</summary>
    public static bool IsMap(TensorSpec output, int width, int height) =>
        output.Shape is [1, 1, var h, var w] && width % w == 0 && height % h == 0;

    /// <summary>Whether it is a text recogniser's [1, steps, classes].</summary>
    public static bool IsSteps(TensorSpec output) => output.Shape is [1, _, > 1];
}
