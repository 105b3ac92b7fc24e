using System.Runtime.InteropServices;

namespace ActorPipeline.Device;

/// <summary>
/// Free memory of CUDA devices as the driver tells it (cuMemGetInfo), but only of those on which this process already has its primary
/// context, as ONNX Runtime's CUDA and TensorRT providers make it. A context costs hundreds of megabytes and lives as long as the
/// process, so a gauge must never be what makes one; it does not even initialise the driver. Safe from any thread.
/// </summary>
public sealed class CudaDriver
{
    /// <summary>The calls that are used, so that specs can play the library. Each answers 0 for success.</summary>
    internal interface ICalls
    {
        int Count(out int count);

        /// <summary>Whether the device's primary context of this process is there.</summary>
        int State(int device, out bool active);

        /// <summary>Free memory, asked under the primary context; the thread's own context is as before afterwards.</summary>
        int Free(int device, out ulong free);
    }

    private readonly ICalls? _calls;

    private CudaDriver(ICalls? calls) => _calls = calls;

    /// <summary>Loads the library, if there is one.</summary>
    public static CudaDriver Open() => new(CudaLibrary.TryLoad());

    /// <param name="calls">The library; null where there is none.</param>
    internal static CudaDriver Over(ICalls? calls) => new(calls);

    /// <summary>What each device has free on which this process has a context.</summary>
    public IEnumerable<PoolReading> Read()
    {
        // Before anybody has initialised the driver this answers 3, "not initialized", and there can be no context.
        if (_calls is null || _calls.Count(out var count) != 0) yield break;
        for (var i = 0; i < count; i++)
            if (_calls.State(i, out var active) == 0 && active && _calls.Free(i, out var free) == 0 && free <= long.MaxValue)
                yield return new PoolReading(MemoryPool.Device(i), new Bytes((long)free), "CUDA driver");
    }

    /// <summary>libcuda, loaded only where it is. A device's handle is its ordinal.</summary>
    private sealed unsafe class CudaLibrary : ICalls
    {
        private readonly delegate* unmanaged<int*, int> _count;
        private readonly delegate* unmanaged<int, uint*, int*, int> _state;
        private readonly delegate* unmanaged<IntPtr*, int, int> _retain;
        private readonly delegate* unmanaged<int, int> _release;
        private readonly delegate* unmanaged<IntPtr, int> _push;
        private readonly delegate* unmanaged<IntPtr*, int> _pop;
        private readonly delegate* unmanaged<nuint*, nuint*, int> _info;

        private CudaLibrary(IntPtr count, IntPtr state, IntPtr retain, IntPtr release, IntPtr push, IntPtr pop, IntPtr info)
        {
            _count = (delegate* unmanaged<int*, int>)count;
            _state = (delegate* unmanaged<int, uint*, int*, int>)state;
            _retain = (delegate* unmanaged<IntPtr*, int, int>)retain;
            _release = (delegate* unmanaged<int, int>)release;
            _push = (delegate* unmanaged<IntPtr, int>)push;
            _pop = (delegate* unmanaged<IntPtr*, int>)pop;
            _info = (delegate* unmanaged<nuint*, nuint*, int>)info;
        }

        public static CudaLibrary? TryLoad() =>
            NativeLibrary.TryLoad("libcuda.so.1", out var library)
            && NativeLibrary.TryGetExport(library, "cuDeviceGetCount", out var count)
            && NativeLibrary.TryGetExport(library, "cuDevicePrimaryCtxGetState", out var state)
            && NativeLibrary.TryGetExport(library, "cuDevicePrimaryCtxRetain", out var retain)
            && (NativeLibrary.TryGetExport(library, "cuDevicePrimaryCtxRelease_v2", out var release)
                || NativeLibrary.TryGetExport(library, "cuDevicePrimaryCtxRelease", out release))
            && NativeLibrary.TryGetExport(library, "cuCtxPushCurrent_v2", out var push)
            && NativeLibrary.TryGetExport(library, "cuCtxPopCurrent_v2", out var pop)
            && NativeLibrary.TryGetExport(library, "cuMemGetInfo_v2", out var info)
                ? new CudaLibrary(count, state, retain, release, push, pop, info)
                : null;

        public int Count(out int count)
        {
            fixed (int* to = &count) return _count(to);
        }

        public int State(int device, out bool active)
        {
            uint flags;
            var on = 0;
            var answer = _state(device, &flags, &on);
            active = on != 0;
            return answer;
        }

        public int Free(int device, out ulong free)
        {
            free = 0;
            IntPtr context;
            // The context is there, as asked before: retaining it only counts one holder more.
            if (_retain(&context, device) is not 0 and var refused) return refused;
            var answer = _push(context);
            if (answer == 0)
            {
                nuint left, total;
                answer = _info(&left, &total);
                free = left;
                _pop(&context);
            }
            _release(device);
            return answer;
        }
    }
}
