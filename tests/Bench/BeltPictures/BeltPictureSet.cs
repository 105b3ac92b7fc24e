using System.Text.Json;
using ActorPipeline.Evaluation;
using ActorPipeline.Hosting.Demo;
using ActorPipeline.Sources;
using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Bench.BeltPictures;

/// <summary>
/// Frames of belt films with a COCO file beside them, for the demo's detector, and crops of their items in a folder for each class, for its
/// classifier: as evaluations read them.
/// </summary>
/// <param name="folder">Where they go: frames, frames.json and crops.</param>
internal sealed class BeltPictureSet(string folder)
{
    private readonly List<CocoImage> _images = [];
    private readonly List<CocoAnnotation> _boxes = [];

    /// <summary>Frames written.</summary>
    public int Frames => _images.Count;

    /// <summary>Crops written.</summary>
    public int Crops { get; private set; }

    /// <summary>Adds each so-manieth frame of a film, the first after half as many.</summary>
    /// <param name="film">The film; what it shows is told by the file of its name that ends in .truth.json.</param>
    /// <param name="every">Of so many frames one is taken.</param>
    /// <param name="name">Before the numbers of its pictures.</param>
    /// <exception cref="IOException">A picture cannot be written, or the truth not read.</exception>
    public void Add(string film, int every, string name)
    {
        var truth = TruthFiles.ReadTruth(Path.ChangeExtension(film, ".truth.json"));
        using var source = FrameSources.Open(film);
        using var pool = new PixelPool(1, source.Open().FrameBytes);
        var buffer = pool.TryRent()!;
        for (var number = 0; source.Read(buffer) is SourceRead.Frame frame; number++)
            if (number % every == every / 2) Add(buffer.View(frame.Width, frame.Height), truth[number], $"{name}_{number:000}");
        buffer.Release();
    }

    /// <summary>Writes the COCO file; the frames' folder and this have one name.</summary>
    /// <param name="label">The detector's one class.</param>
    public void WriteTruth(string label) =>
        File.WriteAllText(Path.Combine(folder, "frames.json"), JsonSerializer.Serialize(new CocoFile(_images, _boxes, [new CocoCategory(1, label)])));

    private void Add(in ImageView view, IReadOnlyList<TruthItem> items, string name)
    {
        var image = new CocoImage(_images.Count + 1, $"{name}.png");
        _images.Add(image);
        Write(view, "frames", image.FileName);
        for (var i = 0; i < items.Count; i++)
        {
            var (box, label, ignore) = items[i];
            // What hardly shows is a crowd: finding it counts as little as missing it.
            _boxes.Add(new CocoAnnotation(image.Id, 1, [box.Left, box.Top, box.Right - box.Left, box.Bottom - box.Top], ignore ? 1 : 0));
            if (ignore) continue;
            Write(new PixelRegion((int)box.Left, (int)box.Top, (int)(box.Right - box.Left), (int)(box.Bottom - box.Top)).Of(view), Path.Combine("crops", label), $"{name}_{i}.png");
            Crops++;
        }
    }

    private void Write(in ImageView view, string place, string name)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, place)).FullName, name);
        using var pixels = Mat.FromPixelData(view.Height, view.Width, MatType.CV_8UC3, view.Address, view.Stride);
        if (!Cv2.ImWrite(file, pixels)) throw new IOException($"Picture '{file}' cannot be written.");
    }
}
