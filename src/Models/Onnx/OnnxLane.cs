using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

/// <summary>
/// What one lane needs to run one session without allocating: tensors in native memory bound once, the picture scratch before them
/// and the decoder behind them. Used by one thread at a time; <see cref="OnnxSession"/> sees to that.
/// </summary>
internal sealed unsafe class OnnxLane : IDisposable
{
    private readonly List<INativeTensor> _tensors = [];
    private readonly INativeTensor[] _outputs;
    private readonly int[] _lengths;
    private readonly long[][] _shapes;
    // Room for what is no float to begin with.
    private readonly float[]?[] _numbers;
    private readonly List<INativeBinding> _bindings = [];
    private bool _disposed;

    /// <summary>Allocates and binds.</summary>
    /// <param name="session">The session; it outlives this.</param>
    /// <param name="contract">Its tensors.</param>
    /// <param name="input">How pictures become its input.</param>
    /// <param name="decoder">The detector's; this owns it. Null for a classifier.</param>
    /// <param name="batch">Pictures that a run takes at most; one of <see cref="BatchSizes"/>, and 1 where the session's batch is fixed.</param>
    public OnnxLane(INativeSession session, OnnxContract contract, InputSettings input, BoxDecoder? decoder, int batch = 1)
    {
        Decoder = decoder;
        _outputs = new INativeTensor[contract.Outputs.Count];
        _shapes = [.. contract.Outputs.Select(o => o.Shape)];
        _lengths = [.. contract.Outputs.Select(o => o.Length)];
        _numbers = [.. contract.Outputs.Select(o => o.Type == TensorElementType.Float ? null : new float[o.Length])];
        try
        {
            var picture = Keep(session.Allocate(contract.Input.Of(batch)));
            for (var i = 0; i < _outputs.Length; i++) _outputs[i] = Keep(session.Allocate(contract.Outputs[i].Of(batch)));
            // All sizes at once: a run may be terminated from another thread, and then none is being made. They share the largest one's memory.
            foreach (var size in BatchSizes.UpTo(batch))
            {
                _bindings.Add(size == batch
                    ? session.Bind([picture], _outputs)
                    : session.Bind([Keep(picture.Part(contract.Input.Of(size)))], [.. _outputs.Select((o, i) => Keep(o.Part(contract.Outputs[i].Of(size))))]));
            }
            Picture = new PictureInput(contract.InputWidth, contract.InputHeight, input, (float*)picture.Data);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Turns pictures into the input tensor.</summary>
    public PictureInput Picture { get; } = null!;

    /// <summary>The detector's decoder with its scratch; null for a classifier.</summary>
    public BoxDecoder? Decoder { get; }

    /// <summary>Outputs it has.</summary>
    public int Outputs => _outputs.Length;

    /// <summary>An output's dimensions, of one picture.</summary>
    public IReadOnlyList<long> ShapeOf(int index) => _shapes[index];

    /// <summary>What the last run gave for a picture.</summary>
    /// <param name="index">Which output.</param>
    /// <param name="place">Pictures before it in the run.</param>
    /// <remarks>Whole numbers are turned into floats at each call; a model that gives any runs one picture at a time.</remarks>
    public ReadOnlySpan<float> Output(int index, int place = 0)
    {
        if (_numbers[index] is not { } numbers) return new ReadOnlySpan<float>((float*)_outputs[index].Data + ((long)place * _lengths[index]), _lengths[index]);
        _outputs[index].CopyTo(numbers);
        return numbers;
    }

    /// <summary>Asks the run to stop at its next node, or takes that back. Guarded by its session.</summary>
    public bool Terminate
    {
        set
        {
            foreach (var binding in _bindings) binding.Terminate = value;
        }
    }

    /// <summary>Runs the session on the bound tensors.</summary>
    /// <param name="batch">Pictures in them; one of <see cref="BatchSizes"/>, no more than the lane was made for.</param>
    public void Run(int batch = 1) => _bindings[BatchSizes.IndexOf(batch)].Run();

    /// <summary>Frees bindings, tensors and scratch; before the session, and never while running.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var binding in _bindings) binding.Dispose();
        Picture?.Dispose();
        // Parts before what they are parts of.
        for (var i = _tensors.Count - 1; i >= 0; i--) _tensors[i].Dispose();
    }

    private INativeTensor Keep(INativeTensor tensor)
    {
        _tensors.Add(tensor);
        return tensor;
    }
}
