namespace ActorPipeline.Vision;

/// <summary>placeholder until merged.</summary>
public static class Cropper
{
    /// <summary>placeholder.</summary>
    public static string? CutAll(in ImageView picture, IReadOnlyList<Detection> detections, PixelBuffer into, int width, int height) => null;
}
