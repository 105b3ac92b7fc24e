using System.Runtime.InteropServices;
using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

/// <summary>
/// What one lane needs to run one session without allocating: tensors in native memory bound once, the picture scratch before them
/// and the decoder behind them. Used by one thread at a time; <see cref="OnnxSession"/> sees to that.
/// </summary>
internal sealed unsafe class OnnxLane : IDisposable
{
    private readonly List<IntPtr> _memory = [];
    private readonly List<OrtValue> _values = [];
    private readonly IntPtr[] _outputs;
    private readonly OnnxContract _contract;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options;
    private bool _disposed;

    public OnnxLane(InferenceSession session, OnnxContract contract, InputSettings input, BoxDecoder? decoder)
    {
        _contract = contract;
        _outputs = new IntPtr[contract.Outputs.Count];
        Decoder = decoder;
        _options = new RunOptions();
        _binding = session.CreateIoBinding();
        try
        {
            var target = Allocate(contract.Input);
            _binding.BindInput(contract.Input.Name, _values[^1]);
            for (var i = 0; i < _outputs.Length; i++)
            {
                _outputs[i] = Allocate(contract.Outputs[i]);
                _binding.BindOutput(contract.Outputs[i].Name, _values[^1]);
            }
            Picture = new PictureInput(contract.InputWidth, contract.InputHeight, input, (float*)target);
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
    public ReadOnlySpan<float> Output(int index) => new((void*)_outputs[index], _contract.Outputs[index].Length);

    /// <summary>Asks the run to stop at its next node, or takes that back. Guarded by its session.</summary>
    public bool Terminate
    {
        set { if (!_disposed) _options.Terminate = value; }
    }

    /// <summary>Runs the session on the bound tensors.</summary>
    public void Run(InferenceSession session) => session.RunWithBinding(_options, _binding);

    /// <summary>Frees bindings, tensors and scratch; before the session, and never while running.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _binding.Dispose();
        foreach (var value in _values) value.Dispose();
        Picture?.Dispose();
        foreach (var memory in _memory) NativeMemory.AlignedFree((void*)memory);
        _options.Dispose();
    }

    private IntPtr Allocate(TensorSpec spec)
    {
        var bytes = (long)spec.Length * sizeof(float);
        var memory = (IntPtr)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        _memory.Add(memory);
        NativeMemory.Clear((void*)memory, (nuint)bytes);
        _values.Add(OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float, spec.Shape, memory, bytes));
        return memory;
    }
}
