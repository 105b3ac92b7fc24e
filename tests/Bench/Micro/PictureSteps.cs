using System.Runtime.InteropServices;
using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Onnx;
using ActorPipeline.Vision;
using BenchmarkDotNet.Attributes;

namespace ActorPipeline.Bench.Micro;

/// <summary>The steps between a frame and its labels, but for the models' runs: on a picture of the street's size, at PicoDet's and PP-LCNet's inputs.</summary>
public unsafe class PictureSteps
{
    private const int FrameWidth = 768;
    private const int FrameHeight = 576;
    private const int DetectorInput = 320;
    private const int CropInput = 224;
    private const int Classes = 80;
    private const int Bins = 8;
    private const int Cells = 40;
    private const int Candidates = 200;

    private readonly InputSettings _input = new();
    private readonly Detection[] _into = new Detection[100];
    private readonly Classification[] _top = new Classification[1];
    private readonly float[] _classScores = new float[1000];
    private float* _tensor;
    private ImageView _frame;
    private ImageView _crop;
    private PictureInput _picture = null!;
    private TensorLayout _layout = null!;
    private PicoDetDecoder _decoder = null!;
    private float[][] _scores = [];
    private float[][] _sides = [];
    private Detection[] _candidates = [];

    /// <summary>Makes pictures of noise, scores of which a few count, and boxes of which some overlap.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(3);
        _tensor = (float*)NativeMemory.AlignedAlloc(3 * DetectorInput * DetectorInput * sizeof(float), 64);
        (_frame, _crop) = (Noise(random, FrameWidth, FrameHeight), Noise(random, CropInput, CropInput));
        _picture = new PictureInput(DetectorInput, DetectorInput, _input, _tensor);
        _layout = new TensorLayout(_input);
        var grids = Grid.PicoDet(DetectorInput, DetectorInput);
        _decoder = new PicoDetDecoder(grids, Classes, Bins, 0.4f, 0.6f);
        _scores = [.. grids.Select(g => new float[g.Cells * Classes])];
        _sides = [.. grids.Select(g => Enumerable.Range(0, g.Cells * 4 * Bins).Select(_ => (random.NextSingle() * 4) - 2).ToArray())];
        for (var i = 0; i < Cells; i++) _scores[0][random.Next(_scores[0].Length)] = 0.4f + (0.6f * random.NextSingle());
        _candidates = [.. Enumerable.Range(0, Candidates).Select(_ => Box(random)).OrderByDescending(d => d.Score)];
        foreach (ref var score in _classScores.AsSpan()) score = random.NextSingle();
    }

    /// <summary>Frees what is not managed.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _picture.Dispose();
        NativeMemory.AlignedFree(_tensor);
        NativeMemory.AlignedFree((void*)_frame.Address);
        NativeMemory.AlignedFree((void*)_crop.Address);
    }

    /// <summary>PictureInput with a resize.</summary>
    [Benchmark(Description = "a frame of 768 x 576 resized and laid out for the detector")]
    public void PrepareFrame() => _picture.Fill(_frame);

    /// <summary>TensorLayout alone.</summary>
    [Benchmark(Description = "a crop of 224 x 224 laid out for the classifier")]
    public void LayOutCrop() => _layout.Fill(_crop, _tensor);

    /// <summary>Cropper.</summary>
    [Benchmark(Description = "a box of 60 x 160 cut out and resized to 224 x 224")]
    public void CutCrop() => Cropper.Crop(_frame, new BoundingBox(100, 100, 160, 260), _crop);

    /// <summary>PicoDetDecoder with suppression.</summary>
    [Benchmark(Description = "PicoDet's outputs decoded, 40 scores that count, and suppressed")]
    public int DecodePicoDet()
    {
        _decoder.Begin(new PictureScale(2.4f, 1.8f, FrameWidth, FrameHeight));
        for (var level = 0; level < _scores.Length; level++) _decoder.Read(level, _scores[level], _sides[level]);
        return _decoder.Finish(_into);
    }

    /// <summary>Suppression alone.</summary>
    [Benchmark(Description = "suppression of 200 boxes")]
    public int Suppress() => NonMaximumSuppression.Apply(_candidates, 0.6f, _into);

    /// <summary>TopLabels.</summary>
    [Benchmark(Description = "the best of 1000 classes")]
    public int BestLabel() => TopLabels.Select(_classScores, _top);

    private static ImageView Noise(Random random, int width, int height)
    {
        var bytes = ImageView.PackedBytes(width, height);
        var memory = NativeMemory.AlignedAlloc((nuint)bytes, 64);
        random.NextBytes(new Span<byte>(memory, bytes));
        return new ImageView((IntPtr)memory, width, height, width * 3);
    }

    private static Detection Box(Random random)
    {
        float x = random.Next(FrameWidth - 100), y = random.Next(FrameHeight - 200);
        return new Detection(new BoundingBox(x, y, x + 40 + random.Next(60), y + 100 + random.Next(100)), random.Next(4), random.NextSingle());
    }
}
