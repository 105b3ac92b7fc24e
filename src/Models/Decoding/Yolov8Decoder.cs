namespace ActorPipeline.Decoding;

/// <summary>YOLOv8- and YOLO11-style: rows over all cells, four of boxes that the graph has decoded and one of scores for each class.</summary>
internal sealed class Yolov8Decoder(int classes, float scoreThreshold, float nmsIou) : BoxDecoder(scoreThreshold, nmsIou)
{
    /// <summary>Reads the output.</summary>
    /// <param name="output">[4 + classes, N]: rows of centre x, centre y, width and height in input pixels, then of each class's scores.</param>
    public void Read(ReadOnlySpan<float> output)
    {
        var cells = output.Length / (4 + classes);
        for (var index = 0; index < classes; index++)
        {
            var scores = output.Slice((4 + index) * cells, cells);
            for (var at = 0; (at = scores.NextAtLeast(Threshold, at)) >= 0; at++)
                AddCentred(output[at], output[cells + at], output[(2 * cells) + at], output[(3 * cells) + at], index, scores[at]);
        }
    }
}
