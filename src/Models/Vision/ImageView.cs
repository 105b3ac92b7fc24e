namespace ActorPipeline.Vision;

/// <summary>Borrowed pixels: BGR, 8 bits a channel, rows of <paramref name="Stride"/> bytes. Valid while whoever lent it holds the buffer.</summary>
/// <param name="Address">The first byte of the first row.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Stride">Bytes from one row to the next; at least 3 x width.</param>
public readonly record struct ImageView(IntPtr Address, int Width, int Height, int Stride)
{
    /// <summary>Bytes a packed BGR picture of this size takes.</summary>
    public static int PackedBytes(int width, int height) => checked(width * height * 3);
}
