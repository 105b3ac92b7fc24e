using System.Globalization;
using ActorPipeline.Catalog;
using ActorPipeline.Evaluation;
using OpenCvSharp;

namespace ActorPipeline.Bench.Crops;

/// <summary>Crops of annotated COCO pictures, with the ImageNet classes that are right for each: labelled pictures for an ImageNet classifier.</summary>
internal static class CropSet
{
    // Smaller ones show nothing; an object's surroundings are part of a photograph of it.
    private const float LeastSide = 40, Margin = 0.1f;

    /// <summary>Writes a set.</summary>
    /// <param name="pictures">The folder of pictures; their annotations lie beside it, under its name.</param>
    /// <param name="folder">Where crops go; the list of their classes goes beside it, <c>.txt</c> behind its name.</param>
    /// <returns>The list.</returns>
    /// <exception cref="IOException">A crop cannot be written.</exception>
    public static string Write(string pictures, string folder)
    {
        var labels = LabelList.Load(BenchData.File("labels", "coco80.txt"));
        var set = PictureSet.Open(pictures);
        var truth = CocoTruth.Read($"{Path.TrimEndingDirectorySeparator(pictures)}.json", set.Names, labels);
        Directory.CreateDirectory(folder);
        var lines = new List<string>();
        foreach (var (name, boxes) in truth.Boxes.OrderBy(b => b.Key, StringComparer.Ordinal))
        {
            using var picture = Cv2.ImRead(Path.Combine(pictures, name));
            for (var i = 0; i < boxes.Count; i++)
            {
                var classes = ImageNetOfCoco.Of(labels[boxes[i].ClassIndex]);
                if (boxes[i].Crowd || classes.Count == 0 || Region(boxes[i], picture) is not { } region) continue;
                var crop = $"{Path.GetFileNameWithoutExtension(name)}_{i:00}.png";
                using var cut = new Mat(picture, region);
                if (!Cv2.ImWrite(Path.Combine(folder, crop), cut)) throw new IOException($"Crop '{crop}' cannot be written to '{folder}'.");
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{crop}\t{string.Join('|', classes)}"));
            }
        }
        var list = $"{Path.TrimEndingDirectorySeparator(folder)}.txt";
        File.WriteAllLines(list, lines);
        return list;
    }

    private static Rect? Region(TruthBox truth, Mat picture)
    {
        var box = truth.Box;
        var (width, height) = (box.Right - box.Left, box.Bottom - box.Top);
        if (Math.Min(width, height) < LeastSide) return null;
        var (left, top) = ((int)Math.Max(0, box.Left - (width * Margin)), (int)Math.Max(0, box.Top - (height * Margin)));
        var (right, bottom) = ((int)Math.Min(picture.Width, box.Right + (width * Margin)), (int)Math.Min(picture.Height, box.Bottom + (height * Margin)));
        return new Rect(left, top, right - left, bottom - top);
    }
}
