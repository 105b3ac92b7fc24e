using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

/// <summary>The slow, plain way: double arithmetic, every cell and class looked at, nothing shared with the product but its records.</summary>
internal static class ReferenceDecoder
{
    public static List<Detection> PicoDet(float[][] scores, float[][] sides, int inputWidth, int inputHeight, int pictureWidth, int pictureHeight, float threshold, float iou, int max)
    {
        var candidates = new List<Detection>();
        int[] strides = [8, 16, 32, 64];
        for (var level = 0; level < 4; level++)
        {
            var columns = (int)Math.Ceiling(inputWidth / (double)strides[level]);
            var rows = (int)Math.Ceiling(inputHeight / (double)strides[level]);
            var classes = scores[level].Length / (columns * rows);
            var bins = sides[level].Length / (columns * rows) / 4;
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    var cell = (row * columns) + column;
                    for (var c = 0; c < classes; c++)
                    {
                        var score = scores[level][(cell * classes) + c];
                        if (!(score >= threshold)) continue;
                        var distance = new double[4];
                        for (var side = 0; side < 4; side++)
                        {
                            double sum = 0, weighted = 0;
                            for (var bin = 0; bin < bins; bin++)
                            {
                                var weight = Math.Exp(sides[level][(((cell * 4) + side) * bins) + bin]);
                                sum += weight;
                                weighted += weight * bin;
                            }
                            distance[side] = weighted / sum * strides[level];
                        }
                        var (x, y) = ((column + 0.5) * strides[level], (row + 0.5) * strides[level]);
                        Add(candidates, x - distance[0], y - distance[1], x + distance[2], y + distance[3],
                            pictureWidth / (double)inputWidth, pictureHeight / (double)inputHeight, pictureWidth, pictureHeight, c, score);
                    }
                }
            }
        }
        return Suppress(candidates, iou, max);
    }

    public static List<Detection> Yolox(float[] output, int inputWidth, int inputHeight, double ratio, int pictureWidth, int pictureHeight, float threshold, float iou, int max)
    {
        var candidates = new List<Detection>();
        int[] strides = [8, 16, 32];
        var cells = strides.Sum(s => (int)Math.Ceiling(inputWidth / (double)s) * (int)Math.Ceiling(inputHeight / (double)s));
        var fields = output.Length / cells;
        var at = 0;
        foreach (var stride in strides)
        {
            for (var row = 0; row < Math.Ceiling(inputHeight / (double)stride); row++)
            {
                for (var column = 0; column < Math.Ceiling(inputWidth / (double)stride); column++, at += fields)
                {
                    double x = (output[at] + column) * stride, y = (output[at + 1] + row) * stride;
                    double w = Math.Exp(output[at + 2]) * stride, h = Math.Exp(output[at + 3]) * stride;
                    for (var c = 0; c < fields - 5; c++)
                    {
                        var score = output[at + 4] * output[at + 5 + c];
                        if (score >= threshold) Add(candidates, x - (w / 2), y - (h / 2), x + (w / 2), y + (h / 2), 1 / ratio, 1 / ratio, pictureWidth, pictureHeight, c, score);
                    }
                }
            }
        }
        return Suppress(candidates, iou, max);
    }

    /// <summary>Boxes by centre and size as the graph has decoded them; <paramref name="score"/> gives what counts of a box for a class.</summary>
    public static List<Detection> Decoded(
        int boxes, int classes, Func<int, int, float> field, Func<int, int, float> score, double ratio, int pictureWidth, int pictureHeight, float threshold, float iou, int max)
    {
        var candidates = new List<Detection>();
        for (var box = 0; box < boxes; box++)
        {
            double x = field(box, 0), y = field(box, 1), w = field(box, 2), h = field(box, 3);
            for (var c = 0; c < classes; c++)
            {
                if (score(box, c) >= threshold)
                    Add(candidates, x - (w / 2), y - (h / 2), x + (w / 2), y + (h / 2), 1 / ratio, 1 / ratio, pictureWidth, pictureHeight, c, score(box, c));
            }
        }
        return Suppress(candidates, iou, max);
    }

    public static List<Detection> Suppress(IEnumerable<Detection> candidates, float iou, int max)
    {
        var kept = new List<Detection>();
        foreach (var candidate in candidates.OrderByDescending(c => c.Score).ThenBy(c => c.ClassIndex).ThenBy(c => c.Box.Left).ThenBy(c => c.Box.Top))
            if (kept.Count < max && kept.All(k => k.ClassIndex != candidate.ClassIndex || Iou(k.Box, candidate.Box) <= iou)) kept.Add(candidate);
        return kept;
    }

    public static double Iou(BoundingBox a, BoundingBox b)
    {
        var width = Math.Max(0, Math.Min((double)a.Right, b.Right) - Math.Max((double)a.Left, b.Left));
        var height = Math.Max(0, Math.Min((double)a.Bottom, b.Bottom) - Math.Max((double)a.Top, b.Top));
        var union = ((double)(a.Right - a.Left) * (a.Bottom - a.Top)) + ((double)(b.Right - b.Left) * (b.Bottom - b.Top)) - (width * height);
        return union > 0 ? width * height / union : 0;
    }

    public static void AssertSame(IReadOnlyList<Detection> expected, ReadOnlySpan<Detection> found, float pixels)
    {
        Assert.Equal(expected.Count, found.Length);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].ClassIndex, found[i].ClassIndex);
            Assert.Equal(expected[i].Score, found[i].Score, 1e-3f);
            Assert.Equal(expected[i].Box.Left, found[i].Box.Left, pixels);
            Assert.Equal(expected[i].Box.Top, found[i].Box.Top, pixels);
            Assert.Equal(expected[i].Box.Right, found[i].Box.Right, pixels);
            Assert.Equal(expected[i].Box.Bottom, found[i].Box.Bottom, pixels);
        }
    }

    private static void Add(List<Detection> candidates, double left, double top, double right, double bottom, double scaleX, double scaleY, int width, int height, int c, float score)
    {
        var box = new BoundingBox(
            (float)Math.Clamp(left * scaleX, 0, width), (float)Math.Clamp(top * scaleY, 0, height),
            (float)Math.Clamp(right * scaleX, 0, width), (float)Math.Clamp(bottom * scaleY, 0, height));
        if (box.Right > box.Left && box.Bottom > box.Top) candidates.Add(new Detection(box, c, score));
    }
}
