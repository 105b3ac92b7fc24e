using ActorPipeline.Sources;
using ActorPipeline.Vision;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>How many buffers of which size a pipeline takes; known, and charged, before any is allocated.</summary>
/// <param name="PixelBuffers">Buffers for whole frames.</param>
/// <param name="FrameBytes">Bytes of each.</param>
/// <param name="CropBuffers">Buffers that hold all crops of one frame, in every size that is wanted; zero without a classifier.</param>
/// <param name="CropBytes">Bytes of each.</param>
/// <param name="Spares">How many of the pixel buffers a live source keeps for itself.</param>
public sealed record KitPlan(int PixelBuffers, int FrameBytes, int CropBuffers, int CropBytes, int Spares)
{
    /// <summary>All of it.</summary>
    public Bytes Total => new(((long)PixelBuffers * FrameBytes) + ((long)CropBuffers * CropBytes));

    /// <summary>
    /// Frames let their pixels go once they are cropped, so lanes + 2 pixel buffers keep the lanes busy; a sink that draws and waits
    /// keeps every frame's pixels to the end, so then it takes one for each frame in flight. A live source reads into two of its own.
    /// </summary>
    /// <param name="settings">The pipeline.</param>
    /// <param name="source">Its source.</param>
    /// <param name="lanes">Lanes that run models.</param>
    /// <param name="classifiers">The models that look at crops; empty where none does.</param>
    /// <param name="drawing">Those of its sinks that draw.</param>
    public static KitPlan For(
        PipelineSettings settings, SourceInfo source, int lanes, IReadOnlyList<PipelineClassifier> classifiers, IReadOnlyCollection<SinkSettings> drawing)
    {
        var pixels = drawing.Any(s => s.Overflow == SinkOverflow.Wait) ? settings.Window.Max + 2 : lanes + 2;
        pixels += drawing.Where(s => s.Overflow == SinkOverflow.Drop).Sum(s => s.Slots);
        var spares = source.Live ? 2 : 0;
        var cropBytes = CropLayout.Of(classifiers, settings.MaxCrops).Bytes;
        return new KitPlan(pixels + spares, source.FrameBytes, classifiers.Count == 0 ? 0 : settings.Window.Max, cropBytes, spares);
    }
}

/// <summary>A pipeline's buffers, handed out as whole kits. It knows those that are with capture, so that they come back also when capture dies.</summary>
internal sealed class KitPool : IDisposable
{
    private readonly PixelPool _pixels;
    private readonly PixelPool? _crops;
    private readonly HashSet<PixelBuffer> _atCapture = [];

    public KitPool(KitPlan plan)
    {
        _pixels = new PixelPool(plan.PixelBuffers, plan.FrameBytes);
        _crops = plan.CropBuffers > 0 ? new PixelPool(plan.CropBuffers, plan.CropBytes) : null;
    }

    /// <summary>Buffers somebody holds.</summary>
    public int Outstanding => _pixels.Outstanding + (_crops?.Outstanding ?? 0);

    /// <summary>A whole kit, or null: never a part of one.</summary>
    public FrameKit? TryTake()
    {
        var pixels = _pixels.TryRent();
        if (pixels is null) return null;
        var crops = _crops?.TryRent();
        if (_crops is not null && crops is null)
        {
            pixels.Release();
            return null;
        }
        _atCapture.Add(pixels);
        if (crops is not null) _atCapture.Add(crops);
        return new FrameKit(pixels, crops);
    }

    /// <summary>A buffer for a live source to read into.</summary>
    public PixelBuffer TakeSpare()
    {
        var spare = _pixels.TryRent() ?? throw new InvalidOperationException("The pool was planned without spares.");
        _atCapture.Add(spare);
        return spare;
    }

    /// <summary>A frame came from capture with this kit: it is the frame's now.</summary>
    public void Captured(FrameKit kit)
    {
        _atCapture.Remove(kit.Pixels);
        if (kit.Crops is not null) _atCapture.Remove(kit.Crops);
    }

    /// <summary>Capture gives an unused kit back.</summary>
    public void Return(FrameKit kit)
    {
        Return(kit.Pixels);
        if (kit.Crops is not null) Return(kit.Crops);
    }

    /// <summary>Capture gives a buffer back.</summary>
    public void Return(PixelBuffer buffer)
    {
        if (_atCapture.Remove(buffer)) buffer.Release();
    }

    /// <summary>Capture is dead: all that it had comes back. A reader that still writes into a buffer has a hold of its own.</summary>
    public void Reclaim()
    {
        foreach (var buffer in _atCapture) buffer.Release();
        _atCapture.Clear();
    }

    public void Dispose()
    {
        _pixels.Dispose();
        _crops?.Dispose();
    }
}
