namespace ActorPipeline.Onnx.Native;

/// <summary>
/// A native session. Runs may go on at once, each through a binding of its own; what must not happen (a run after or during
/// <see cref="IDisposable.Dispose"/>) is for <see cref="OnnxSession"/> to prevent. Tensors and bindings go before their session.
/// </summary>
internal interface INativeSession : IDisposable
{
    /// <summary>What it takes, in the graph's order.</summary>
    IReadOnlyList<TensorDescription> Inputs { get; }

    /// <summary>What it gives, in the graph's order.</summary>
    IReadOnlyList<TensorDescription> Outputs { get; }

    /// <summary>Memory for a tensor that the processor reads and writes, where this session's provider likes it best: filled with zeros.</summary>
    INativeTensor Allocate(TensorSpec spec);

    /// <summary>Binds tensors of <see cref="Allocate"/> once for many runs; every input and every wanted output has one.</summary>
    INativeBinding Bind(IReadOnlyList<INativeTensor> inputs, IReadOnlyList<INativeTensor> outputs);

    /// <summary>Ends what <see cref="SessionPlan.ProfileTo"/> began.</summary>
    /// <returns>The file; null where the library cannot, or nobody asked for it.</returns>
    string? EndProfile() => null;
}

/// <summary>A tensor of floats in native memory.</summary>
internal interface INativeTensor : IDisposable
{
    /// <summary>Name and shape.</summary>
    TensorSpec Spec { get; }

    /// <summary>Its first float.</summary>
    IntPtr Data { get; }

    /// <summary>A tensor over this one's first floats; it goes before this one.</summary>
    /// <param name="spec">Of no more floats than this one.</param>
    INativeTensor Part(TensorSpec spec);
}

/// <summary>Bound tensors with the run on them; used by one thread at a time, but for <see cref="Terminate"/>.</summary>
internal interface INativeBinding : IDisposable
{
    /// <summary>Asks the run to stop at its next node, or takes that back; from any thread.</summary>
    bool Terminate { set; }

    /// <summary>Runs the session on what the input tensors hold now. Allocates nothing managed, but for 32 bytes an input where tensors are staged.</summary>
    /// <exception cref="OnnxCallException">It failed, or was terminated.</exception>
    void Run();
}
