using ActorPipeline.Decoding;

namespace ActorPipeline.Onnx;

/// <summary>Tells PicoDet's class maps from its box maps and puts both in the order of the strides.</summary>
internal static class PicoDetOutputs
{
    /// <summary>Four class maps, then four box maps, finest stride first.</summary>
    public sealed record Arranged(IReadOnlyList<TensorSpec> Outputs, int Classes, int Bins);

    /// <summary>Arranges the outputs, or null where they are not PicoDet's.</summary>
    /// <param name="input">The input tensor.</param>
    /// <param name="outputs">The outputs in the graph's order.</param>
    /// <param name="labels">Length of the label list, or zero; settles which maps are which where sizes alone do not.</param>
    public static Arranged? Arrange(TensorSpec input, IReadOnlyList<TensorSpec> outputs, int labels)
    {
        if (outputs.Count != 8 || outputs.Any(o => o.Shape is not [1, _, _])) return null;
        var widths = outputs.Select(o => (int)o.Shape[2]).Distinct().ToArray();
        return widths switch
        {
            [var only] => Pair(input, outputs, only, only),
            [var first, var second] => Split(first, second, labels) is var (classes, box) ? Pair(input, outputs, classes, box) : null,
            _ => null,
        };
    }

    private static (int Classes, int Box)? Split(int first, int second, int labels)
    {
        var (firstFits, secondFits) = (IsBoxWidth(first), IsBoxWidth(second));
        return (firstFits, secondFits) switch
        {
            (false, false) => null,
            (true, false) => (second, first),
            (false, true) => (first, second),
            // Both could be boxes: the label list knows, else class maps come first as the exporter writes them.
            _ => labels == second && labels != first ? (second, first) : (first, second),
        };
    }

    // Four sides of at least two bins each.
    private static bool IsBoxWidth(int width) => width % 4 == 0 && width >= 8;

    private static Arranged? Pair(TensorSpec input, IReadOnlyList<TensorSpec> outputs, int classWidth, int boxWidth)
    {
        if (!IsBoxWidth(boxWidth)) return null;
        var left = outputs.ToList();
        var arranged = new TensorSpec[8];
        var grids = Grid.PicoDet((int)input.Shape[3], (int)input.Shape[2]);
        for (var level = 0; level < grids.Length; level++)
        {
            if ((arranged[level] = Take(left, grids[level].Cells, classWidth)!) is null) return null;
            if ((arranged[level + 4] = Take(left, grids[level].Cells, boxWidth)!) is null) return null;
        }
        return new Arranged(arranged, classWidth, boxWidth / 4);
    }

    private static TensorSpec? Take(List<TensorSpec> left, int cells, int width)
    {
        var index = left.FindIndex(o => o.Shape[1] == cells && o.Shape[2] == width);
        if (index < 0) return null;
        var found = left[index];
        left.RemoveAt(index);
        return found;
    }
}
