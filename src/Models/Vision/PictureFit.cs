using System.Runtime.InteropServices;
using ActorPipeline.Catalog;

namespace ActorPipeline.Vision;

/// <summary>How large a picture comes to lie in a place of another size, and what is left around it. Pure but for <see cref="Into"/>.</summary>
internal static unsafe class PictureFit
{
    /// <summary>Pixels that the picture gets, from the top left corner on.</summary>
    public static (int Width, int Height) Size(ResizeMode mode, int width, int height, int intoWidth, int intoHeight)
    {
        if (mode == ResizeMode.Stretch) return (intoWidth, intoHeight);
        if (mode == ResizeMode.Line) return (Math.Clamp((int)Math.Ceiling((double)width * intoHeight / height), 1, intoWidth), intoHeight);
        var ratio = Math.Min((double)intoWidth / width, (double)intoHeight / height);
        return (Math.Max(1, (int)(width * ratio)), Math.Max(1, (int)(height * ratio)));
    }

    /// <summary>What lies around it.</summary>
    public static byte Grey(ResizeMode mode) => mode == ResizeMode.Line ? (byte)127 : (byte)114;

    /// <summary>Fits a picture in and fills the rest.</summary>
    /// <param name="mode">How.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="into">Packed; it must not overlap the picture's memory.</param>
    public static void Into(ResizeMode mode, in ImageView picture, in ImageView into)
    {
        var (width, height) = Size(mode, picture.Width, picture.Height, into.Width, into.Height);
        if (width < into.Width || height < into.Height) NativeMemory.Fill((void*)into.Address, (nuint)ImageView.PackedBytes(into.Width, into.Height), Grey(mode));
        PictureResize.Stretch(picture, into with { Width = width, Height = height });
    }
}
