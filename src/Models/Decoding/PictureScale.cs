using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

/// <summary>How boxes in a model's input lie in the picture it was made from.</summary>
/// <param name="X">Picture pixels for one input pixel across.</param>
/// <param name="Y">Picture pixels for one input pixel down.</param>
/// <param name="Width">The picture's width.</param>
/// <param name="Height">The picture's height.</param>
internal readonly record struct PictureScale(float X, float Y, int Width, int Height)
{
    /// <summary>A box of the input in the picture, clipped to it.</summary>
    public BoundingBox ToPicture(float left, float top, float right, float bottom) =>
        new BoundingBox(left * X, top * Y, right * X, bottom * Y).ClipTo(Width, Height);
}
