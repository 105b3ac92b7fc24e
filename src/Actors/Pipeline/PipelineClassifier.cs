using ActorPipeline.Catalog;
using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

/// <summary>A model that looks at the crops of a pipeline.</summary>
/// <param name="Model">The model, as it is served.</param>
/// <param name="Width">Pixels across its input.</param>
/// <param name="Height">Pixels down its input.</param>
/// <param name="Places">For which of <see cref="PipelineSettings.Classify"/> it answers, by their places there: one for each of its heads.</param>
public sealed record PipelineClassifier(ModelId Model, int Width, int Height, IReadOnlyList<int> Places)
{
    /// <summary>Labels that it gives each crop at most, of all its heads.</summary>
    public int Labels { get; init; } = 1;

    /// <summary>How crops are fitted into its input: stretched, or as lines.</summary>
    public ResizeMode Resize { get; init; } = ResizeMode.Stretch;

    /// <summary>Whether its labels are the characters of a text, in reading order.</summary>
    public bool IsText { get; init; }

    /// <summary>Which crops it looks at.</summary>
    public ClassifierUse Use { get; init; } = new();
}

/// <summary>Where in a frame's crop buffer the crops of one size lie, one behind the other.</summary>
/// <param name="Width">Pixels across each.</param>
/// <param name="Height">Pixels down each.</param>
/// <param name="Offset">Bytes before the first.</param>
public readonly record struct CropRegion(int Width, int Height, int Offset)
{
    /// <summary>How crops are fitted in.</summary>
    public ResizeMode Resize { get; init; }

    /// <summary>Whose they are, where they are not everybody's: those of some classes, or turned upright.</summary>
    public string? For { get; init; }

    /// <summary>One of them in a buffer.</summary>
    public ImageView View(PixelBuffer crops, int index) => crops.View(Width, Height, Offset + (index * ImageView.PackedBytes(Width, Height)));
}

/// <summary>How a crop buffer is divided: classifiers that look at the same crops in one size share them, each other size has its own. Pure.</summary>
/// <param name="Regions">The regions, in the order in which their sizes first appear.</param>
/// <param name="Bytes">Bytes of a buffer.</param>
public sealed record CropLayout(IReadOnlyList<CropRegion> Regions, int Bytes)
{
    private const int Alignment = 64;

    /// <summary>Lays out the crops of a frame.</summary>
    /// <param name="classifiers">Who looks at them.</param>
    /// <param name="maxCrops">Crops of a frame at most.</param>
    public static CropLayout Of(IEnumerable<PipelineClassifier> classifiers, int maxCrops)
    {
        var regions = new List<CropRegion>();
        var end = 0;
        foreach (var shape in classifiers.Select(Shape).Distinct())
        {
            var (width, height) = (shape.Width, shape.Height);
            var offset = checked((end + Alignment - 1) / Alignment * Alignment);
            regions.Add(shape with { Offset = offset });
            end = checked(offset + (maxCrops * ImageView.PackedBytes(width, height)));
        }
        return new CropLayout(regions, end);
    }

    /// <summary>Where a classifier finds its crops.</summary>
    public CropRegion RegionOf(PipelineClassifier classifier) => Regions[IndexOf(classifier)];

    /// <summary>Which of <see cref="Regions"/> that is.</summary>
    public int IndexOf(PipelineClassifier classifier)
    {
        var shape = Shape(classifier);
        for (var i = 0; ; i++)
            if (Regions[i] with { Offset = 0 } == shape) return i;
    }

    private static CropRegion Shape(PipelineClassifier classifier) => new(classifier.Width, classifier.Height, 0)
    {
        Resize = classifier.Resize,
        For = classifier.Use is { Classes: [], Upright: null } ? null : $"{classifier.Use.Upright}:{string.Join('|', classifier.Use.Classes.Order(StringComparer.Ordinal))}",
    };
}
