using System.Runtime.InteropServices;
using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Onnx;
using ActorPipeline.Vision;
using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace ActorPipeline.Bench.Chain;

/// <summary>A model in OpenCV's dnn module, with its own usual backend and as many threads as OpenCV is told to use.</summary>
internal abstract unsafe class OpenCvModel : IDisposable
{
    private readonly Net _net;
    private readonly float* _tensor;
    private readonly Mat _input;
    private readonly Mat[] _outputs;
    private readonly string[] _names;

    /// <exception cref="OpenCVException">OpenCV cannot read it.</exception>
    protected OpenCvModel(ModelCard card)
    {
        OpenCvRuntime.EnsureLoaded();
        Contract = ExportedModel.ContractOf(card);
        _net = CvDnn.ReadNetFromOnnx(card.Path) ?? throw new InvalidOperationException($"OpenCV reads nothing from {card.Path}.");
        _tensor = (float*)NativeMemory.AlignedAlloc((nuint)Contract.Input.Length * sizeof(float), 64);
        _input = Mat.FromPixelData([1, 3, Contract.InputHeight, Contract.InputWidth], MatType.CV_32FC1, (IntPtr)_tensor);
        Picture = new PictureInput(Contract.InputWidth, Contract.InputHeight, card.Input, _tensor);
        _names = [.. Contract.Outputs.Select(o => o.Name)];
        _outputs = [.. _names.Select(_ => new Mat())];
    }

    /// <summary>Its tensors as its kind has them.</summary>
    protected OnnxContract Contract { get; }

    /// <summary>Turns a picture into the input.</summary>
    protected PictureInput Picture { get; }

    /// <summary>Runs it on what the input holds.</summary>
    protected void Run()
    {
        _net.SetInput(_input);
        _net.Forward(_outputs, _names);
    }

    /// <summary>An output of the last run.</summary>
    /// <exception cref="InvalidOperationException">It has another size than the model says.</exception>
    protected ReadOnlySpan<float> Output(int index)
    {
        var (output, expected) = (_outputs[index], Contract.Outputs[index].Length);
        if (output.Total() != expected) throw new InvalidOperationException($"OpenCV gives {output.Total()} values for {_names[index]}; expected {expected}");
        return new ReadOnlySpan<float>(output.DataPointer, expected);
    }

    public void Dispose()
    {
        Picture.Dispose();
        foreach (var output in _outputs) output.Dispose();
        _input.Dispose();
        _net.Dispose();
        NativeMemory.AlignedFree(_tensor);
    }
}

/// <summary>PicoDet in OpenCV.</summary>
internal sealed class OpenCvDetector : OpenCvModel, IFrameDetector
{
    private readonly PicoDetDecoder _decoder;

    public OpenCvDetector(ModelCard card) : base(card) =>
        _decoder = (PicoDetDecoder)BoxDecoder.For(card, Contract.InputWidth, Contract.InputHeight, Contract.Classes, Contract.Bins);

    public int Detect(in ImageView frame, Span<Detection> into)
    {
        _decoder.Begin(Picture.Fill(frame));
        Run();
        for (var level = 0; level < _decoder.Levels; level++) _decoder.Read(level, Output(level), Output(_decoder.Levels + level));
        return _decoder.Finish(into);
    }
}

/// <summary>A classifier in OpenCV.</summary>
internal sealed class OpenCvClassifier(ModelCard card) : OpenCvModel(card), ICropClassifier
{
    public int Width => Contract.InputWidth;

    public int Height => Contract.InputHeight;

    public Classification Classify(in ImageView crop)
    {
        Picture.Fill(crop);
        Run();
        Classification top = default;
        TopLabels.Select(Output(0), new Span<Classification>(ref top));
        return top;
    }
}
