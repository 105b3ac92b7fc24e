using ActorPipeline.Sources;
using ActorPipeline.Vision;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>How many buffers of which size a pipeline takes; known, and charged, before any is allocated.</summary>
/// <param name="PixelBuffers">Buffers for whole frames.</param>
/// <param name="FrameBytes">Bytes of each.</param>
/// <param name="CropBuffers">Buffers that hold all crops of one frame; zero without a classifier.</param>
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
    /// <param name="crop">Size of a crop; null without a classifier.</param>
    /// <param name="drawing">Those of its sinks that draw.</param>
    public static KitPlan For(
        PipelineSettings settings, SourceInfo source, int lanes, (int Width, int Height)? crop, IReadOnlyCollection<SinkSettings> drawing)
    {
        var pixels = drawing.Any(s => s.Overflow == SinkOverflow.Wait) ? settings.Window.Max + 2 : lanes + 2;
        pixels += drawing.Where(s => s.Overflow == SinkOverflow.Drop).Sum(s => s.Slots);
        var spares = source.Live ? 2 : 0;
        var cropBytes = crop is { } size ? checked(settings.MaxCrops * ImageView.PackedBytes(size.Width, size.Height)) : 0;
        return new KitPlan(pixels + spares, source.FrameBytes, crop is null ? 0 : settings.Window.Max, cropBytes, spares);
    }
}

/// <summary>A pipeline's buffers, handed out as whole kits.</summary>
internal sealed class KitPool : IDisposable
{
    private readonly PixelPool _pixels;
    private readonly PixelPool? _crops;

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
        if (_crops is null) return new FrameKit(pixels, null);
        if (_crops.TryRent() is { } crops) return new FrameKit(pixels, crops);
        pixels.Release();
        return null;
    }

    /// <summary>A buffer for a live source to read into.</summary>
    public PixelBuffer TakeSpare() => _pixels.TryRent() ?? throw new InvalidOperationException("The pool was planned without spares.");

    /// <summary>Gives an unused kit back.</summary>
    public static void Return(FrameKit kit)
    {
        kit.Pixels.Release();
        kit.Crops?.Release();
    }

    public void Dispose()
    {
        _pixels.Dispose();
        _crops?.Dispose();
    }
}
