using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Capi;

/// <summary>
/// A session's host memory that its device copies from and to by itself, without a copy in between by the driver. A session without a
/// device has none, and then tensors lie in plain memory.
/// </summary>
/// <param name="api">The library.</param>
/// <param name="session">The session; it outlives this.</param>
/// <param name="name">ONNX Runtime's name for that memory.</param>
internal sealed class CapiPinnedMemory(CapiApi api, IntPtr session, string name = "CudaPinned") : IDisposable
{
    private const int DeviceAllocator = 0;
    private const int CpuOutput = -1;

    private readonly Lock _gate = new();
    private IntPtr _allocator;
    private bool _refused;

    /// <summary>A tensor there; null where there is none to be had.</summary>
    public CapiTensor? TryAllocate(TensorSpec spec)
    {
        // Lanes open at once, and the allocator is made once.
        lock (_gate)
        {
            if (_refused) return null;
            try
            {
                if (_allocator == 0) _allocator = Allocator();
                return CapiTensor.Of(api, spec, _allocator);
            }
            catch (OnnxCallException)
            {
                _refused = true;
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        api.Release(CapiFunction.ReleaseAllocator, _allocator);
        _allocator = 0;
    }

    private IntPtr Allocator()
    {
        using var text = new CapiText(name);
        var where = api.Get(CapiFunction.CreateMemoryInfo, text.Data, DeviceAllocator, 0, CpuOutput);
        try
        {
            return api.Get(CapiFunction.CreateAllocator, session, where);
        }
        finally
        {
            api.Release(CapiFunction.ReleaseMemoryInfo, where);
        }
    }
}
