using OpenCvSharp;
using OpenCvSharp.Internal;

namespace ActorPipeline.Vision;

/// <summary>
/// Resizes pictures where they lie, with OpenCV (bilinear). Through its C functions rather than its wrapper's objects: those are garbage
/// of half a kilobyte for each call, and a frame has a call for each of its crops.
/// </summary>
internal static class PictureResize
{
    /// <summary>Fills <paramref name="into"/> with <paramref name="from"/>, stretched to its size. They must not overlap.</summary>
    /// <exception cref="OpenCVException">OpenCV refused.</exception>
    public static void Stretch(in ImageView from, in ImageView into)
    {
        OpenCvRuntime.EnsureLoaded();
        IntPtr source = 0, target = 0, input = 0, output = 0;
        try
        {
            Check(NativeMethods.core_Mat_new8(from.Height, from.Width, MatType.CV_8UC3, from.Address, from.Stride, out source));
            Check(NativeMethods.core_Mat_new8(into.Height, into.Width, MatType.CV_8UC3, into.Address, into.Stride, out target));
            Check(NativeMethods.core_InputArray_new_byMat(source, out input));
            Check(NativeMethods.core_OutputArray_new_byMat(target, out output));
            Check(NativeMethods.imgproc_resize(input, output, new Size(into.Width, into.Height), 0, 0, (int)InterpolationFlags.Linear));
        }
        finally
        {
            if (output != 0) NativeMethods.core_OutputArray_delete(output);
            if (input != 0) NativeMethods.core_InputArray_delete(input);
            if (target != 0) NativeMethods.core_Mat_delete(target);
            if (source != 0) NativeMethods.core_Mat_delete(source);
        }
    }

    private static void Check(ExceptionStatus status)
    {
        if (status == ExceptionStatus.NotOccurred) return;
        ExceptionHandler.ThrowPossibleException();
        throw new OpenCVException(0, "resize", "OpenCV failed without saying why.", nameof(PictureResize), 0);
    }
}
