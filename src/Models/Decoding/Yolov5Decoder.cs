namespace ActorPipeline.Decoding;

/// <summary>YOLOv5-style: for each anchor of each cell a box as the graph has decoded it, an objectness and a score for each class.</summary>
internal sealed class Yolov5Decoder(int classes, float scoreThreshold, float nmsIou) : BoxDecoder(scoreThreshold, nmsIou)
{
    /// <summary>Reads the output.</summary>
    /// <param name="output">[N, 5 + classes]: centre x, centre y, width and height in input pixels, objectness, scores.</param>
    public void Read(ReadOnlySpan<float> output)
    {
        for (var fields = 5 + classes; output.Length >= fields; output = output[fields..])
        {
            var objectness = output[4];
            // A class score is at most one, so a box below the threshold cannot rise above it.
            if (!(objectness >= Threshold)) continue;
            var scores = output.Slice(5, classes);
            for (var at = 0; (at = scores.NextAtLeast(Threshold, at)) >= 0; at++)
            {
                var score = scores[at] * objectness;
                if (score >= Threshold) AddCentred(output[0], output[1], output[2], output[3], at, score);
            }
        }
    }
}
