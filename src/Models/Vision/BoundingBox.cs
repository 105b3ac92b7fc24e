namespace ActorPipeline.Vision;

/// <summary>An axis-aligned box in pixels of the picture it was found in; right and bottom are exclusive edges.</summary>
public readonly record struct BoundingBox(float Left, float Top, float Right, float Bottom)
{
    /// <summary>Width in pixels.</summary>
    public float Width => Right - Left;

    /// <summary>Height in pixels.</summary>
    public float Height => Bottom - Top;

    /// <summary>Area in square pixels; zero for an empty box.</summary>
    public float Area => Width <= 0 || Height <= 0 ? 0 : Width * Height;

    /// <summary>The part of it inside a picture of this size.</summary>
    public BoundingBox ClipTo(int width, int height) =>
        new(Math.Clamp(Left, 0, width), Math.Clamp(Top, 0, height), Math.Clamp(Right, 0, width), Math.Clamp(Bottom, 0, height));

    /// <summary>Intersection over union with another box, 0 to 1.</summary>
    public float IntersectionOverUnion(in BoundingBox other)
    {
        var width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        var height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        if (width <= 0 || height <= 0) return 0;
        var intersection = width * height;
        return intersection / (Area + other.Area - intersection);
    }
}
