using System.Runtime.InteropServices;
using System.Text;

namespace ActorPipeline.Device;

/// <summary>
/// What the CUDA driver says of the first device that it shows this process. It is initialised for that, which costs little; a context,
/// which costs hundreds of megabytes, is not made. Safe from any thread.
/// </summary>
internal static class CudaDevices
{
    /// <summary>The calls that are used, so that specs can play the library. Each answers 0 for success; a device's handle is its ordinal.</summary>
    internal interface ICalls
    {
        int Init();

        int Count(out int count);

        int Name(int device, out string name);

        int Attribute(int attribute, int device, out int value);

        int TotalMemory(int device, out ulong bytes);

        int DriverVersion(out int version);
    }

    // CU_DEVICE_ATTRIBUTE_INTEGRATED, .._COMPUTE_CAPABILITY_MAJOR, .._COMPUTE_CAPABILITY_MINOR.
    private const int Integrated = 18, ComputeMajor = 75, ComputeMinor = 76;

    /// <summary>This machine's device; null where there is no driver, or it shows none.</summary>
    public static DeviceCapability? Read() => Read(CudaDeviceLibrary.TryLoad(), "/", TensorRtFile.Folders());

    /// <param name="calls">The library; null where there is none.</param>
    /// <param name="root">The folder that stands for "/".</param>
    /// <param name="folders">Where TensorRT's library may lie.</param>
    internal static DeviceCapability? Read(ICalls? calls, string root, IEnumerable<string> folders)
    {
        if (calls is null || calls.Init() != 0 || calls.Count(out var count) != 0 || count == 0) return null;
        if (calls.Attribute(ComputeMajor, 0, out var major) != 0 || calls.Attribute(ComputeMinor, 0, out var minor) != 0) return null;
        return new DeviceCapability
        {
            Name = calls.Name(0, out var name) == 0 && name.Length > 0 ? name : "CUDA device",
            Compute = new ComputeCapability(major, minor),
            Memory = calls.TotalMemory(0, out var bytes) == 0 && bytes <= long.MaxValue ? new Bytes((long)bytes) : Bytes.Zero,
            Unified = JetsonBoard.IsUnified(root) || (calls.Attribute(Integrated, 0, out var integrated) == 0 && integrated != 0),
            Cuda = calls.DriverVersion(out var version) == 0 && version > 0 ? FormattableString.Invariant($"{version / 1000}.{version % 1000 / 10}") : null,
            TensorRt = TensorRtFile.Version(folders),
            Board = JetsonBoard.Release(root) is { } release ? $"L4T {release}" : null,
        };
    }

    /// <summary>libcuda, loaded only where it is.</summary>
    private sealed unsafe class CudaDeviceLibrary : ICalls
    {
        private const int LongestName = 256;

        private readonly delegate* unmanaged<uint, int> _init;
        private readonly delegate* unmanaged<int*, int> _count;
        private readonly delegate* unmanaged<byte*, int, int, int> _name;
        private readonly delegate* unmanaged<int*, int, int, int> _attribute;
        private readonly delegate* unmanaged<nuint*, int, int> _memory;
        private readonly delegate* unmanaged<int*, int> _version;

        private CudaDeviceLibrary(IntPtr init, IntPtr count, IntPtr name, IntPtr attribute, IntPtr memory, IntPtr version)
        {
            _init = (delegate* unmanaged<uint, int>)init;
            _count = (delegate* unmanaged<int*, int>)count;
            _name = (delegate* unmanaged<byte*, int, int, int>)name;
            _attribute = (delegate* unmanaged<int*, int, int, int>)attribute;
            _memory = (delegate* unmanaged<nuint*, int, int>)memory;
            _version = (delegate* unmanaged<int*, int>)version;
        }

        public static CudaDeviceLibrary? TryLoad() =>
            NativeLibrary.TryLoad("libcuda.so.1", out var library)
            && NativeLibrary.TryGetExport(library, "cuInit", out var init)
            && NativeLibrary.TryGetExport(library, "cuDeviceGetCount", out var count)
            && NativeLibrary.TryGetExport(library, "cuDeviceGetName", out var name)
            && NativeLibrary.TryGetExport(library, "cuDeviceGetAttribute", out var attribute)
            && NativeLibrary.TryGetExport(library, "cuDeviceTotalMem_v2", out var memory)
            && NativeLibrary.TryGetExport(library, "cuDriverGetVersion", out var version)
                ? new CudaDeviceLibrary(init, count, name, attribute, memory, version)
                : null;

        public int Init() => _init(0);

        public int Count(out int count)
        {
            fixed (int* to = &count) return _count(to);
        }

        public int Name(int device, out string name)
        {
            var text = stackalloc byte[LongestName];
            var answer = _name(text, LongestName, device);
            var bytes = new ReadOnlySpan<byte>(text, LongestName);
            name = answer == 0 ? Encoding.UTF8.GetString(bytes[..Math.Max(0, bytes.IndexOf((byte)0))]) : "";
            return answer;
        }

        public int Attribute(int attribute, int device, out int value)
        {
            fixed (int* to = &value) return _attribute(to, attribute, device);
        }

        public int TotalMemory(int device, out ulong bytes)
        {
            nuint total = 0;
            var answer = _memory(&total, device);
            bytes = total;
            return answer;
        }

        public int DriverVersion(out int version)
        {
            fixed (int* to = &version) return _version(to);
        }
    }
}
