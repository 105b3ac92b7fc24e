using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorPipeline.Device;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx.Managed;

/// <summary>
/// Gives ONNX Runtime's sessions their memory on the processor from one <see cref="BlockPool"/>: an allocator of this process registered
/// with the environment, which sessions take where their plan says so. Registered once, and there for as long as the process lives.
/// </summary>
internal static unsafe class PooledAllocator
{
    private const uint InterfaceVersion = 18;
    private const nuint Alignment = 64;
    private const int PageMask = 0xFFF;

    private static readonly Lock Gate = new();
    private static bool? _registered;
    // Kept: native code reads it for as long as the process lives.
    private static OrtMemoryInfo? _where;
    private static IntPtr _whereHandle;

    /// <summary>Where large blocks come from.</summary>
    public static BlockPool Blocks { get; } = new();

    /// <summary>Registers it, the first time.</summary>
    /// <returns>Whether sessions can use it; not where somebody else in the process has registered an allocator before.</returns>
    public static bool Ensure()
    {
        lock (Gate)
        {
            return _registered ??= Register();
        }
    }

    private static bool Register()
    {
        // The library that the wrapper has loaded, wherever it comes from.
        var library = NativeLibrary.Load("onnxruntime", typeof(InferenceSession).Assembly, null);
        var getBase = (delegate* unmanaged<IntPtr>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        var api = (OrtApi*)((delegate* unmanaged<uint, IntPtr>)(*(IntPtr*)getBase()))(InterfaceVersion);
        if (api == null) return false;
        _where = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default);
        _whereHandle = ((SafeHandle)_where).DangerousGetHandle();
        var allocator = (Table*)NativeMemory.AllocZeroed((nuint)sizeof(Table));
        allocator->Version = InterfaceVersion;
        allocator->Alloc = &Alloc;
        allocator->Free = &Free;
        allocator->Info = &Info;
        allocator->Reserve = &Alloc;
        var status = ((delegate* unmanaged<IntPtr, Table*, IntPtr>)api->RegisterAllocator)(OrtEnv.Instance().DangerousGetHandle(), allocator);
        if (status == IntPtr.Zero)
        {
            NativeHeap.Trimming += Blocks.Trim;
            return true;
        }
        ((delegate* unmanaged<IntPtr, void>)api->ReleaseStatus)(status);
        NativeMemory.Free(allocator);
        return false;
    }

    // Exceptions must not leave these: native frames lie below them.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void* Alloc(Table* self, nuint bytes)
    {
        if (bytes == 0) return null;
        try
        {
            if (bytes < BlockPool.SmallestBlock) return NativeMemory.AlignedAlloc(bytes, Alignment);
            if (Blocks.Rent((long)bytes) is var block && block != IntPtr.Zero) return (void*)block;
            // What lies free may be what is missing.
            Blocks.Trim();
            return (void*)Blocks.Rent((long)bytes);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(Table* self, void* memory)
    {
        if (memory == null) return;
        // Blocks begin on a page; of what else does, the pool knows nothing.
        if (((nuint)memory & PageMask) == 0 && Blocks.Return((IntPtr)memory)) return;
        NativeMemory.AlignedFree(memory);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static IntPtr Info(Table* self) => _whereHandle;

    /// <summary>ONNX Runtime's OrtAllocator: what comes behind Reserve is optional, and stays empty.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Table
    {
        public uint Version;
        public delegate* unmanaged[Cdecl]<Table*, nuint, void*> Alloc;
        public delegate* unmanaged[Cdecl]<Table*, void*, void> Free;
        public delegate* unmanaged[Cdecl]<Table*, IntPtr> Info;
        public delegate* unmanaged[Cdecl]<Table*, nuint, void*> Reserve;
        public IntPtr GetStats;
        public IntPtr AllocOnStream;
        public IntPtr Shrink;
    }
}
