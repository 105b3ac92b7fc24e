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
}

/// <summary>Where in a frame's crop buffer the crops of one size lie, one behind the other.</summary>
/// <param name="Width">Pixels across each.</param>
/// <param name="Height">Pixels down each.</param>
/// <param name="Offset">Bytes before the first.</param>
public readonly record struct CropRegion(int Width, int Height, int Offset);

/// <summary>How a crop buffer is divided: classifiers of one input size share crops, each other size has its own. Pure.</summary>
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
        foreach (var (width, height) in classifiers.Select(c => (c.Width, c.Height)).Distinct())
        {
            var offset = checked((end + Alignment - 1) / Alignment * Alignment);
            regions.Add(new CropRegion(width, height, offset));
            end = checked(offset + (maxCrops * ImageView.PackedBytes(width, height)));
        }
        return new CropLayout(regions, end);
    }

    /// <summary>Where a classifier finds its crops.</summary>
    public CropRegion RegionOf(PipelineClassifier classifier) => Regions.First(r => r.Width == classifier.Width && r.Height == classifier.Height);
}
