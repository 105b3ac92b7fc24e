using ActorPipeline.Vision;

namespace ActorPipeline.Cluster;

/// <summary>
/// Chooses how crops are told to a neighbour, and expects how many bytes they will be: pixels where the way is so broad that making
/// and reading JPEGs would take longer than what they save. Pure; it learns from what was packed.
/// </summary>
/// <param name="form">What the settings say.</param>
internal sealed class CropForms(CropForm form)
{
    /// <summary>What was packed by now says more than this by so many times.</summary>
    private const int Weight = 8;

    // A photograph of middle quality; a small processor.
    private double _jpegBytes = 0.2;
    private double _packSeconds = 20e-9;

    /// <summary>How the crops of a batch are told.</summary>
    /// <param name="pixels">Pixels of all of them.</param>
    /// <param name="bandwidth">Bytes that pass to the neighbour in a second; null where nobody knows.</param>
    public CropEncoding For(long pixels, double? bandwidth) => form switch
    {
        CropForm.Jpeg => CropEncoding.Jpeg,
        CropForm.Raw => CropEncoding.Raw,
        // Reading a JPEG takes about what making it does.
        _ => bandwidth is { } rate && (3 - _jpegBytes) * pixels / rate < 2 * _packSeconds * pixels ? CropEncoding.Raw : CropEncoding.Jpeg,
    };

    /// <summary>Bytes that they are expected to be.</summary>
    public long BytesOf(long pixels, CropEncoding encoding) => encoding == CropEncoding.Raw ? pixels * 3 : Math.Max(1, (long)(_jpegBytes * pixels));

    /// <summary>Crops were packed as JPEG.</summary>
    /// <param name="pixels">Pixels of all of them.</param>
    /// <param name="bytes">Bytes of all of them.</param>
    /// <param name="took">How long it took.</param>
    public void Packed(long pixels, long bytes, TimeSpan took)
    {
        if (pixels <= 0) return;
        _jpegBytes += (((double)bytes / pixels) - _jpegBytes) / Weight;
        // A device that stood still meanwhile is believed up to a bound.
        _packSeconds += (Math.Clamp(took.TotalSeconds / pixels, 1e-9, 1e-6) - _packSeconds) / Weight;
    }
}
