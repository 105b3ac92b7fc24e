using OpenCvSharp;

namespace ActorPipeline.Bench.TextLines;

/// <summary>A set of rendered lines, half of them upside down, in a folder for each label, as an evaluation of a classifier reads them.</summary>
internal static class TextLineSet
{
    /// <summary>The labels of PP-LCNet's text-line orientation, and the folders.</summary>
    public static readonly string[] Labels = ["0_degree", "180_degree"];

    /// <summary>Writes a set; the same seed and count write the same pictures.</summary>
    /// <param name="folder">Where the folders of the labels go.</param>
    /// <param name="count">Pictures in all.</param>
    /// <param name="seed">0 to 96. Sets of different seeds share no text.</param>
    /// <exception cref="IOException">A picture cannot be written.</exception>
    public static void Write(string folder, int count, int seed)
    {
        var texts = new LineTexts(seed);
        var random = new Random(1_000_003 + seed);
        foreach (var label in Labels) Directory.CreateDirectory(Path.Combine(folder, label));
        for (var i = 0; i < count; i++)
        {
            using var picture = LinePicture.Render(texts.Next(), upsideDown: i % 2 == 1, random);
            var file = Path.Combine(folder, Labels[i % 2], $"line_{seed:00}_{i:0000}.png");
            if (!Cv2.ImWrite(file, picture)) throw new IOException($"Picture '{file}' cannot be written.");
        }
    }
}
