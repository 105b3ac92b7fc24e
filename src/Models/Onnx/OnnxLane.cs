using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>
/// What one lane needs to run one session without allocating: tensors in native memory bound once, the picture scratch before them
/// and the decoder behind them. Used by one thread at a time; <see cref="OnnxSession"/> sees to that.
/// </summary>
internal sealed unsafe class OnnxLane : IDisposable
{
    private readonly List<INativeTensor> _tensors = [];
    private readonly INativeTensor[] _outputs;
    private readonly INativeBinding _binding = null!;
    private bool _disposed;

    public OnnxLane(INativeSession session, OnnxContract contract, InputSettings input, BoxDecoder? decoder)
    {
        Decoder = decoder;
        _outputs = new INativeTensor[contract.Outputs.Count];
        try
        {
            var picture = Allocate(session, contract.Input);
            for (var i = 0; i < _outputs.Length; i++) _outputs[i] = Allocate(session, contract.Outputs[i]);
            _binding = session.Bind([picture], _outputs);
            Picture = new PictureInput(contract.InputWidth, contract.InputHeight, input, (float*)picture.Data);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Turns a picture into the input tensor.</summary>
    public PictureInput Picture { get; } = null!;

    /// <summary>The detector's decoder with its scratch; null for a classifier.</summary>
    public BoxDecoder? Decoder { get; }

    /// <summary>An output tensor of the last run.</summary>
    public ReadOnlySpan<float> Output(int index) => new((void*)_outputs[index].Data, _outputs[index].Spec.Length);

    /// <summary>Asks the run to stop at its next node, or takes that back. Guarded by its session.</summary>
    public bool Terminate
    {
        set => _binding.Terminate = value;
    }

    /// <summary>Runs the session on the bound tensors.</summary>
    public void Run() => _binding.Run();

    /// <summary>Frees bindings, tensors and scratch; before the session, and never while running.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _binding?.Dispose();
        Picture?.Dispose();
        foreach (var tensor in _tensors) tensor.Dispose();
    }

    private INativeTensor Allocate(INativeSession session, TensorSpec spec)
    {
        var tensor = session.Allocate(spec);
        _tensors.Add(tensor);
        return tensor;
    }
}
