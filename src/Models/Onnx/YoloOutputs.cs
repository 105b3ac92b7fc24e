using ActorPipeline.Decoding;

namespace ActorPipeline.Onnx;

/// <summary>
/// Finds the one output of YOLO-style detectors that have boxes decoded in the graph. Exports may give their raw maps beside it, which
/// nobody asks for.
/// </summary>
internal static class YoloOutputs
{
    /// <summary>Anchors of each cell.</summary>
    private const int Anchors = 3;

    /// <summary>Boxes that a YOLOv5-style model of this input has: three levels, or four.</summary>
    public static int[] AnchoredBoxes(int width, int height) =>
        [Anchors * Cells(width, height, 8, 16, 32), Anchors * Cells(width, height, 8, 16, 32, 64)];

    /// <summary>Boxes that a YOLOv8-style model of this input has: three levels, or a fourth that is coarser or finer.</summary>
    public static int[] FreeBoxes(int width, int height) =>
        [Cells(width, height, 8, 16, 32), Cells(width, height, 8, 16, 32, 64), Cells(width, height, 4, 8, 16, 32)];

    /// <summary>The output [1, N, 5 + classes], or null.</summary>
    /// <param name="outputs">All outputs.</param>
    /// <param name="boxes">What N may be.</param>
    public static TensorSpec? Anchored(IReadOnlyList<TensorSpec> outputs, int[] boxes) =>
        Only(outputs, output => output.Shape is [1, var n, > 5] && boxes.Contains((int)n));

    /// <summary>The output [1, 4 + classes, N], or null.</summary>
    /// <param name="outputs">All outputs.</param>
    /// <param name="boxes">What N may be.</param>
    public static TensorSpec? Free(IReadOnlyList<TensorSpec> outputs, int[] boxes) =>
        Only(outputs, output => output.Shape is [1, > 4, var n] && boxes.Contains((int)n));

    private static TensorSpec? Only(IReadOnlyList<TensorSpec> outputs, Func<TensorSpec, bool> fits) =>
        outputs.Where(fits).ToArray() is [var only] ? only : null;

    private static int Cells(int width, int height, params ReadOnlySpan<int> strides) => Grid.Over(width, height, strides).Sum(grid => grid.Cells);
}
