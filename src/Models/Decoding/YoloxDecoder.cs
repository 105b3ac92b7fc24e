namespace ActorPipeline.Decoding;

/// <summary>YOLOX: at each cell a centre's offset, the size's logarithm, an objectness and a score for each class, all sigmoids done.</summary>
internal sealed class YoloxDecoder(Grid[] grids, int classes, float scoreThreshold, float nmsIou)
    : BoxDecoder(scoreThreshold, nmsIou)
{
    /// <summary>Reads the output.</summary>
    /// <param name="output">[cells of all levels, 5 + classes].</param>
    public void Read(ReadOnlySpan<float> output)
    {
        var fields = 5 + classes;
        foreach (var grid in grids)
        {
            for (var cell = 0; cell < grid.Cells; cell++, output = output[fields..])
            {
                var objectness = output[4];
                // A class score is at most one, so a cell below the threshold cannot rise above it.
                if (!(objectness >= Threshold)) continue;
                var scores = output.Slice(5, classes);
                for (var at = 0; (at = scores.NextAtLeast(Threshold, at)) >= 0; at++)
                {
                    var score = scores[at] * objectness;
                    if (score >= Threshold) AddCell(grid, cell, output, at, score);
                }
            }
        }
    }

    private void AddCell(in Grid grid, int cell, ReadOnlySpan<float> fields, int classIndex, float score)
    {
        var x = (fields[0] + (cell % grid.Columns)) * grid.Stride;
        var y = (fields[1] + (cell / grid.Columns)) * grid.Stride;
        var halfWidth = MathF.Exp(fields[2]) * grid.Stride / 2;
        var halfHeight = MathF.Exp(fields[3]) * grid.Stride / 2;
        Add(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, classIndex, score);
    }
}
