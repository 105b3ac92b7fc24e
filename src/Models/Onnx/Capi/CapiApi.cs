using System.Runtime.InteropServices;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Capi;

/// <summary>
/// ONNX Runtime's table of functions, and how they are called: every parameter is a pointer or a whole number and goes into a register
/// or a place of its own, so that one form for each count of parameters serves them all; and all but a few answer with a status.
/// </summary>
internal sealed unsafe class CapiApi
{
    private const int Oldest = 11;
    private const int Newest = 16;

    // The words of the managed wrapper, which OnnxFault reads; it has none for the last three.
    private static readonly string[] Codes =
    [
        "Ok", "Fail", "InvalidArgument", "NoSuchFile", "NoModel", "EngineError", "RuntimeException", "InvalidProtobuf", "ModelLoaded", "NotImplemented",
        "InvalidGraph", "ShapeInferenceNotRegistered", "RequirementNotRegistered", "ModelRequiresCompilation", "NotFound", "DeviceReset",
    ];

    private readonly IntPtr* _table;

    private CapiApi(IntPtr* table, int version)
    {
        _table = table;
        Version = version;
    }

    /// <summary>The version of the table that was asked for.</summary>
    public int Version { get; }

    /// <summary>The newest table of a library that this knows.</summary>
    /// <exception cref="OnnxLibraryException">It has none of them.</exception>
    public static CapiApi Of(OnnxLibraryFile file)
    {
        var getApi = (delegate* unmanaged<uint, IntPtr*>)file.GetApi;
        // A library says on standard error that it is asked for more than it has: so its version is asked first.
        for (var version = Math.Min(Newest, file.Api); version >= Oldest; version--)
            if (getApi((uint)version) is var table && table != null) return new CapiApi(table, version);
        throw new OnnxLibraryException(
            $"'{file.Path}' is ONNX Runtime {file.Version}, which is too old: 1.{Oldest} is the oldest that works. {OnnxLibraryFile.WhatToDo}");
    }

    /// <summary>Calls a function.</summary>
    /// <exception cref="OnnxCallException">It answered with an error.</exception>
    public void Call(CapiFunction function, IntPtr a) => Check(((delegate* unmanaged<IntPtr, IntPtr>)At(function))(a));

    /// <inheritdoc cref="Call(CapiFunction, IntPtr)"/>
    public void Call(CapiFunction function, IntPtr a, IntPtr b) => Check(((delegate* unmanaged<IntPtr, IntPtr, IntPtr>)At(function))(a, b));

    /// <inheritdoc cref="Call(CapiFunction, IntPtr)"/>
    public void Call(CapiFunction function, IntPtr a, IntPtr b, IntPtr c) => Check(((delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr>)At(function))(a, b, c));

    /// <inheritdoc cref="Call(CapiFunction, IntPtr)"/>
    public void Call(CapiFunction function, IntPtr a, IntPtr b, IntPtr c, IntPtr d) =>
        Check(((delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr, IntPtr>)At(function))(a, b, c, d));

    /// <inheritdoc cref="Call(CapiFunction, IntPtr)"/>
    public void Call(CapiFunction function, IntPtr a, IntPtr b, IntPtr c, IntPtr d, IntPtr e) =>
        Check(((delegate* unmanaged<IntPtr, IntPtr, IntPtr, IntPtr, IntPtr, IntPtr>)At(function))(a, b, c, d, e));

    /// <summary>Calls a function that makes something or tells a number, which is its last parameter.</summary>
    /// <exception cref="OnnxCallException">It answered with an error.</exception>
    public IntPtr Get(CapiFunction function)
    {
        IntPtr made = 0;
        Call(function, (IntPtr)(&made));
        return made;
    }

    /// <inheritdoc cref="Get(CapiFunction)"/>
    public IntPtr Get(CapiFunction function, IntPtr a)
    {
        IntPtr made = 0;
        Call(function, a, (IntPtr)(&made));
        return made;
    }

    /// <inheritdoc cref="Get(CapiFunction)"/>
    public IntPtr Get(CapiFunction function, IntPtr a, IntPtr b)
    {
        IntPtr made = 0;
        Call(function, a, b, (IntPtr)(&made));
        return made;
    }

    /// <inheritdoc cref="Get(CapiFunction)"/>
    public IntPtr Get(CapiFunction function, IntPtr a, IntPtr b, IntPtr c)
    {
        IntPtr made = 0;
        Call(function, a, b, c, (IntPtr)(&made));
        return made;
    }

    /// <inheritdoc cref="Get(CapiFunction)"/>
    public IntPtr Get(CapiFunction function, IntPtr a, IntPtr b, IntPtr c, IntPtr d)
    {
        IntPtr made = 0;
        Call(function, a, b, c, d, (IntPtr)(&made));
        return made;
    }

    /// <summary>A tensor over somebody's memory, which has to outlive it.</summary>
    public IntPtr TensorOver(IntPtr memory, IntPtr data, long bytes, ReadOnlySpan<long> shape, int type)
    {
        IntPtr made = 0;
        fixed (long* dimensions = shape)
        {
            Check(((delegate* unmanaged<IntPtr, IntPtr, nuint, long*, nuint, int, IntPtr*, IntPtr>)At(CapiFunction.CreateTensorWithDataAsOrtValue))(
                memory, data, (nuint)bytes, dimensions, (nuint)shape.Length, type, &made));
        }
        return made;
    }

    /// <summary>Lets go of something; nothing where there is nothing.</summary>
    public void Release(CapiFunction function, IntPtr what)
    {
        if (what != 0) ((delegate* unmanaged<IntPtr, void>)At(function))(what);
    }

    private void Check(IntPtr status)
    {
        if (status != 0) throw Fault(status);
    }

    private OnnxCallException Fault(IntPtr status)
    {
        var code = ((delegate* unmanaged<IntPtr, int>)At(CapiFunction.GetErrorCode))(status);
        var message = Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr, IntPtr>)At(CapiFunction.GetErrorMessage))(status));
        Release(CapiFunction.ReleaseStatus, status);
        return new OnnxCallException($"[ErrorCode:{((uint)code < Codes.Length ? Codes[code] : code)}] {message}");
    }

    private IntPtr At(CapiFunction function) => _table[(int)function];
}
