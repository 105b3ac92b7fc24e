using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx.Managed;

/// <summary>
/// A session's host memory that its device copies from and to by itself, without a copy in between by the driver. A session without a
/// device has none, and then tensors lie in plain memory.
/// </summary>
/// <param name="session">The session; it outlives this.</param>
internal sealed class PinnedMemory(InferenceSession session) : IDisposable
{
    private readonly Lock _gate = new();
    private OrtAllocator? _allocator;
    private bool _refused;

    /// <summary>A tensor there; null where there is none to be had.</summary>
    public ManagedTensor? TryAllocate(TensorSpec spec)
    {
        // Lanes open at once, and the wrapper's allocator is made once.
        lock (_gate)
        {
            if (_refused) return null;
            try
            {
                if (_allocator is null)
                {
                    using var pinned = new OrtMemoryInfo("CudaPinned", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.CpuOutput);
                    _allocator = new OrtAllocator(session, pinned);
                }
                return ManagedTensor.Of(spec, _allocator);
            }
            catch (OnnxRuntimeException)
            {
                _refused = true;
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _allocator?.Dispose();
}
