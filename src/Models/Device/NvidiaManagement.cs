using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorPipeline.Device;

/// <summary>
/// Free memory of NVIDIA cards as the driver's management library (NVML) tells it: what other programs hold is taken off, and no CUDA
/// context is needed. Where there is no such library, or it does not support the question (3: shared memory), it says nothing.
/// Safe from any thread.
/// </summary>
public sealed class NvidiaManagement
{
    /// <summary>The calls that are used, so that specs can play the library. Each answers 0 for success.</summary>
    internal interface ICalls
    {
        int Init();

        int Count(out uint count);

        int ByIndex(uint index, out IntPtr device);

        int ByUuid(string uuid, out IntPtr device);

        int Memory(IntPtr device, out ulong free);
    }

    private readonly ICalls? _calls;
    private readonly List<(MemoryPool Pool, IntPtr Device)> _devices = [];

    private NvidiaManagement(ICalls? calls, string? visible)
    {
        _calls = calls;
        if (calls is null || calls.Init() != 0 || calls.Count(out var count) != 0) return;
        foreach (var (index, name) in Names(visible, count).Index())
            if (Find(name) is { } device) _devices.Add((MemoryPool.Device(index), device));
    }

    /// <summary>Loads the library, if there is one.</summary>
    public static NvidiaManagement Open() =>
        new(NvmlLibrary.TryLoad(), Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"));

    /// <param name="calls">The library; null where there is none.</param>
    /// <param name="visible">CUDA_VISIBLE_DEVICES; null where it is not set.</param>
    internal static NvidiaManagement Over(ICalls? calls, string? visible = null) => new(calls, visible);

    /// <summary>What each card has free that can be asked; "device:i" is the i-th that CUDA shows this process.</summary>
    public IEnumerable<PoolReading> Read()
    {
        foreach (var (pool, device) in _devices)
            if (_calls!.Memory(device, out var free) == 0 && free <= long.MaxValue)
                yield return new PoolReading(pool, new Bytes((long)free), "NVML");
    }

    /// <summary>
    /// CUDA numbers only what CUDA_VISIBLE_DEVICES lists, in its order, up to the first that is none; NVML numbers all. Machines of
    /// unlike cards need CUDA_DEVICE_ORDER=PCI_BUS_ID besides, or CUDA puts the fastest first; once a context is there
    /// <see cref="CudaDriver"/> speaks instead.
    /// </summary>
    private static IEnumerable<string> Names(string? visible, uint count) => visible is null
        ? Enumerable.Range(0, (int)Math.Min(count, 64)).Select(i => i.ToString(CultureInfo.InvariantCulture))
        : visible.Split(',', StringSplitOptions.TrimEntries);

    private IntPtr? Find(string name)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return _calls!.ByIndex(index, out var device) == 0 ? device : null;
        return name.StartsWith("GPU-", StringComparison.Ordinal) && _calls!.ByUuid(name, out var found) == 0 ? found : null;
    }

    /// <summary>libnvidia-ml, loaded only where it is.</summary>
    private sealed unsafe class NvmlLibrary : ICalls
    {
        private readonly delegate* unmanaged<int> _init;
        private readonly delegate* unmanaged<uint*, int> _count;
        private readonly delegate* unmanaged<uint, IntPtr*, int> _byIndex;
        private readonly delegate* unmanaged<IntPtr, IntPtr*, int> _byUuid;
        private readonly delegate* unmanaged<IntPtr, ulong*, int> _memory;

        private NvmlLibrary(IntPtr init, IntPtr count, IntPtr byIndex, IntPtr byUuid, IntPtr memory)
        {
            _init = (delegate* unmanaged<int>)init;
            _count = (delegate* unmanaged<uint*, int>)count;
            _byIndex = (delegate* unmanaged<uint, IntPtr*, int>)byIndex;
            _byUuid = (delegate* unmanaged<IntPtr, IntPtr*, int>)byUuid;
            _memory = (delegate* unmanaged<IntPtr, ulong*, int>)memory;
        }

        public static NvmlLibrary? TryLoad() =>
            NativeLibrary.TryLoad("libnvidia-ml.so.1", out var library)
            && NativeLibrary.TryGetExport(library, "nvmlInit_v2", out var init)
            && NativeLibrary.TryGetExport(library, "nvmlDeviceGetCount_v2", out var count)
            && NativeLibrary.TryGetExport(library, "nvmlDeviceGetHandleByIndex_v2", out var byIndex)
            && NativeLibrary.TryGetExport(library, "nvmlDeviceGetHandleByUUID", out var byUuid)
            && NativeLibrary.TryGetExport(library, "nvmlDeviceGetMemoryInfo", out var memory)
                ? new NvmlLibrary(init, count, byIndex, byUuid, memory)
                : null;

        public int Init() => _init();

        public int Count(out uint count)
        {
            fixed (uint* to = &count) return _count(to);
        }

        public int ByIndex(uint index, out IntPtr device)
        {
            fixed (IntPtr* to = &device) return _byIndex(index, to);
        }

        public int ByUuid(string uuid, out IntPtr device)
        {
            var text = Marshal.StringToCoTaskMemUTF8(uuid);
            fixed (IntPtr* to = &device)
            {
                var answer = _byUuid(text, to);
                Marshal.FreeCoTaskMem(text);
                return answer;
            }
        }

        /// <summary>nvmlMemory_t is total, free, used.</summary>
        public int Memory(IntPtr device, out ulong free)
        {
            var info = stackalloc ulong[3];
            var answer = _memory(device, info);
            free = info[1];
            return answer;
        }
    }
}
