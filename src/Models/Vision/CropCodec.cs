using System.Buffers;
using OpenCvSharp;
using OpenCvSharp.Internal;

namespace ActorPipeline.Vision;

/// <summary>
/// A crop as bytes that can be sent, and back. Bytes from elsewhere are looked at before they are decoded: neither their content nor
/// their size is believed.
/// </summary>
public static unsafe class CropCodec
{
    /// <summary>Decoded as three channels of 8 bits, and never turned.</summary>
    private const int AsIs = (int)(ImreadModes.Color | ImreadModes.IgnoreOrientation);

    /// <summary>Appends a crop as a baseline JPEG.</summary>
    /// <param name="crop">The crop.</param>
    /// <param name="quality">1 to 100.</param>
    /// <param name="into">Gets the JPEG.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="OpenCVException">OpenCV refused.</exception>
    public static int EncodeJpeg(in ImageView crop, int quality, IBufferWriter<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        OpenCvRuntime.EnsureLoaded();
        IntPtr picture = 0, input = 0, bytes = 0;
        try
        {
            Check(NativeMethods.core_Mat_new8(crop.Height, crop.Width, MatType.CV_8UC3, crop.Address, crop.Stride, out picture));
            Check(NativeMethods.core_InputArray_new_byMat(picture, out input));
            bytes = NativeMethods.vector_uchar_new1();
            Check(NativeMethods.imgcodecs_imencode_vector(".jpg", input, bytes, [(int)ImwriteFlags.JpegQuality, quality], 2, out var done));
            var length = (int)NativeMethods.vector_uchar_getSize(bytes);
            if (done == 0 || length == 0) throw Failed("imencode");
            new ReadOnlySpan<byte>((void*)NativeMethods.vector_uchar_getPointer(bytes), length).CopyTo(into.GetSpan(length));
            into.Advance(length);
            return length;
        }
        finally
        {
            if (bytes != 0) NativeMethods.vector_uchar_delete(bytes);
            if (input != 0) NativeMethods.core_InputArray_delete(input);
            if (picture != 0) NativeMethods.core_Mat_delete(picture);
        }
    }

    /// <summary>Fills a crop from a baseline JPEG of exactly its size.</summary>
    /// <param name="jpeg">Whatever came.</param>
    /// <param name="into">The crop; where decoding fails it stays as it is.</param>
    /// <returns>Why it failed; null where it did not. It never throws for what came.</returns>
    public static string? TryDecodeJpeg(ReadOnlySpan<byte> jpeg, in ImageView into)
    {
        if (JpegHeader.Check(jpeg, into.Width, into.Height) is { } fault) return fault;
        IntPtr picture = 0;
        try
        {
            OpenCvRuntime.EnsureLoaded();
            fixed (byte* from = jpeg) Check(NativeMethods.imgcodecs_imdecode_vector(from, jpeg.Length, AsIs, out picture));
            return picture == 0 ? "it could not be decoded" : Copy(picture, into);
        }
        catch (Exception error) when (error is OpenCVException or OpenCvUnavailableException)
        {
            return error.Message;
        }
        finally
        {
            if (picture != 0) NativeMethods.core_Mat_delete(picture);
        }
    }

    /// <summary>Appends a crop's pixels, row after row.</summary>
    /// <returns>Their bytes.</returns>
    public static int Pack(in ImageView crop, IBufferWriter<byte> into)
    {
        var (row, bytes) = (crop.Width * 3, ImageView.PackedBytes(crop.Width, crop.Height));
        var span = into.GetSpan(bytes);
        for (var y = 0; y < crop.Height; y++) new ReadOnlySpan<byte>((byte*)crop.Address + ((long)y * crop.Stride), row).CopyTo(span[(y * row)..]);
        into.Advance(bytes);
        return bytes;
    }

    /// <summary>Fills a crop from its pixels, row after row.</summary>
    /// <returns>Why it failed; null where it did not.</returns>
    public static string? TryUnpack(ReadOnlySpan<byte> pixels, in ImageView into)
    {
        var row = into.Width * 3;
        if (pixels.Length != ImageView.PackedBytes(into.Width, into.Height)) return $"{pixels.Length} bytes are not {into.Width} x {into.Height} pixels";
        for (var y = 0; y < into.Height; y++) pixels.Slice(y * row, row).CopyTo(new Span<byte>((byte*)into.Address + ((long)y * into.Stride), row));
        return null;
    }

    private static string? Copy(IntPtr picture, in ImageView into)
    {
        Check(NativeMethods.core_Mat_rows(picture, out var rows));
        Check(NativeMethods.core_Mat_cols(picture, out var columns));
        Check(NativeMethods.core_Mat_type(picture, out var type));
        if ((rows, columns, type) != (into.Height, into.Width, (int)MatType.CV_8UC3)) return "it could not be decoded";
        Check(NativeMethods.core_Mat_data(picture, out var data));
        Check(NativeMethods.core_Mat_step(picture, out var step));
        var row = columns * 3;
        for (var y = 0; y < rows; y++) Buffer.MemoryCopy(data + (y * step), (byte*)into.Address + ((long)y * into.Stride), row, row);
        return null;
    }

    private static void Check(ExceptionStatus status)
    {
        if (status == ExceptionStatus.NotOccurred) return;
        ExceptionHandler.ThrowPossibleException();
        throw Failed("a picture's codec");
    }

    private static OpenCVException Failed(string what) => new(0, what, "OpenCV failed without saying why.", nameof(CropCodec), 0);
}
