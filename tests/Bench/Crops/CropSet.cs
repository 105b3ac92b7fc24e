using System.Globalization;
using ActorPipeline.Catalog;
using ActorPipeline.Evaluation;
using OpenCvSharp;

namespace ActorPipeline.Bench.Crops;

/// <summary>Crops of annotated COCO pictures, with the ImageNet classes that are right for each: labelled pictures for an ImageNet classifier.</summary>
internal static class CropSet
{
    // Smaller ones show nothing.
    private const float LeastSide = 40;

    // An object's surroundings are part of a photograph of it. Each object is shown several times: of so few one more mistake would be more than a point.
    private static readonly (float Margin, bool Mirrored)[] Views =
        [(0.1f, false), (0.1f, true), (0, false), (0.25f, false), (0, true), (0.25f, true), (0.05f, false), (0.05f, true), (0.4f, false), (0.4f, true)];

    /// <summary>Views of an object at most.</summary>
    public const int MostViews = 10;

    /// <summary>Writes a set.</summary>
    /// <param name="pictures">The folder of pictures; their annotations lie beside it, under its name.</param>
    /// <param name="folder">Where crops go; the list of their classes goes beside it, <c>.txt</c> behind its name.</param>
    /// <param name="views">How often each object is shown; 1 to <see cref="MostViews"/>.</param>
    /// <returns>The list.</returns>
    /// <exception cref="IOException">A crop cannot be written.</exception>
    public static string Write(string pictures, string folder, int views)
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
                if (boxes[i].Crowd || classes.Count == 0 || Math.Min(Width(boxes[i]), Height(boxes[i])) < LeastSide) continue;
                for (var view = 0; view < views; view++)
                {
                    var crop = $"{Path.GetFileNameWithoutExtension(name)}_{i:00}_{view}.png";
                    Save(picture, Region(boxes[i], Views[view].Margin, picture), Views[view].Mirrored, Path.Combine(folder, crop));
                    lines.Add(string.Create(CultureInfo.InvariantCulture, $"{crop}\t{string.Join('|', classes)}"));
                }
            }
        }
        var list = $"{Path.TrimEndingDirectorySeparator(folder)}.txt";
        File.WriteAllLines(list, lines);
        return list;
    }

    private static void Save(Mat picture, Rect region, bool mirrored, string path)
    {
        using var cut = new Mat(picture, region);
        using var turned = mirrored ? cut.Flip(FlipMode.Y) : cut.Clone();
        if (!Cv2.ImWrite(path, turned)) throw new IOException($"Crop '{path}' cannot be written.");
    }

    private static Rect Region(TruthBox truth, float margin, Mat picture)
    {
        var (x, y) = (Width(truth) * margin, Height(truth) * margin);
        var (left, top) = ((int)Math.Max(0, truth.Box.Left - x), (int)Math.Max(0, truth.Box.Top - y));
        var (right, bottom) = ((int)Math.Min(picture.Width, truth.Box.Right + x), (int)Math.Min(picture.Height, truth.Box.Bottom + y));
        return new Rect(left, top, right - left, bottom - top);
    }

    private static float Width(TruthBox truth) => truth.Box.Right - truth.Box.Left;

    private static float Height(TruthBox truth) => truth.Box.Bottom - truth.Box.Top;
}
