using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Managed;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Chain;

/// <summary>
/// What a careful person writes by hand: decode, resize, detect, suppress, crop, classify, one after the other on one thread, with
/// bound buffers and ONNX Runtime's defaults but for one thread. No actors, no leases. The measure of the pipeline's overhead.
/// </summary>
internal sealed class BareLoop : IDisposable
{
    private const int Crops = 8;

    private readonly Model _detector = new(BenchData.PicoDet);
    private readonly Model _classifier = new(BenchData.SqueezeNet);

    /// <summary>Frames a second over so many frames, and crops classified.</summary>
    public (double FramesPerSecond, long Crops) Run(int frames)
    {
        using var source = FrameSources.Open(BenchData.Street);
        var info = source.Open();
        using var pool = new PixelPool(1, info.FrameBytes);
        using var cropPool = new PixelPool(1, ImageView.PackedBytes(_classifier.Contract.InputWidth, _classifier.Contract.InputHeight));
        var (buffer, cropBuffer) = (pool.TryRent()!, cropPool.TryRent()!);
        var crop = cropBuffer.View(_classifier.Contract.InputWidth, _classifier.Contract.InputHeight);
        var found = new Detection[BenchData.PicoDet.MaxDetections];
        var top = new Classification[1];
        long crops = 0;
        var clock = Stopwatch.StartNew();
        var done = 0;
        for (; done < frames && source.Read(buffer) is SourceRead.Frame frame; done++)
        {
            var view = buffer.View(frame.Width, frame.Height);
            var count = Detect(view, found);
            for (var i = 0; i < Math.Min(count, Crops); i++, crops++)
            {
                Cropper.Crop(view, found[i].Box, crop);
                _classifier.Lane.Picture.Fill(crop);
                _classifier.Lane.Run();
                TopLabels.Select(_classifier.Lane.Output(0), top);
            }
        }
        var seconds = clock.Elapsed.TotalSeconds;
        buffer.Release();
        cropBuffer.Release();
        return (done / seconds, crops);
    }

    public void Dispose()
    {
        _detector.Dispose();
        _classifier.Dispose();
    }

    private int Detect(in ImageView view, Span<Detection> found)
    {
        var decoder = (PicoDetDecoder)_detector.Lane.Decoder!;
        decoder.Begin(_detector.Lane.Picture.Fill(view));
        _detector.Lane.Run();
        for (var level = 0; level < decoder.Levels; level++) decoder.Read(level, _detector.Lane.Output(level), _detector.Lane.Output(decoder.Levels + level));
        return decoder.Finish(found);
    }

    private sealed class Model : IDisposable
    {
        public Model(ModelCard card)
        {
            OnnxEnvironment.Ensure(card, null);
            Session = ManagedLibrary.Instance.Open(card.Path, new SessionPlan { Provider = ExecutionProvider.Cpu, Arena = true }, default);
            Contract = OnnxContract.Read(card, Session, 0);
            Lane = new OnnxLane(Session, Contract, card.Input,
                card.IsDetector ? BoxDecoder.For(card, Contract.InputWidth, Contract.InputHeight, Contract.Classes, Contract.Bins) : null);
        }

        public INativeSession Session { get; }

        public OnnxContract Contract { get; }

        public OnnxLane Lane { get; }

        public void Dispose()
        {
            Lane.Dispose();
            Session.Dispose();
        }
    }
}
