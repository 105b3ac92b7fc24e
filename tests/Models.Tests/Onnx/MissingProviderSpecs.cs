using ActorPipeline.Catalog;
using ActorPipeline.Onnx.Capi;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx;

public sealed class MissingProviderSpecs : IDisposable
{
    private const string Bridge = "[ErrorCode:Fail] /onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : ";
    private const string NotInThisBuild = "is not in this build of ONNX Runtime: set actor-pipeline.onnxruntime.library to one that has it";
    private const string NotHere = "which is not on this machine or not on its library path";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, ExecutionProvider, Exception> Texts => new()
    {
        { $"tensorrt {NotInThisBuild}", ExecutionProvider.TensorRt, new OnnxCallException("[ErrorCode:Fail] TensorRT execution provider is not enabled in this build.") },
        { $"cuda {NotInThisBuild}", ExecutionProvider.Cuda, new OnnxCallException("[ErrorCode:Fail] CUDA execution provider is not enabled in this build.") },
        { $"tensorrt {NotInThisBuild}", ExecutionProvider.TensorRt, new EntryPointNotFoundException("Unable to find an entry point named 'OrtSessionOptionsAppendExecutionProvider_Tensorrt' in shared library 'onnxruntime'.") },
        { $"cuda {NotInThisBuild}", ExecutionProvider.Cuda, new OnnxCallException("[ErrorCode:InvalidArgument] Unknown provider name 'CUDA'. Currently supported values are 'DML', 'QNN' and 'CPU'") },
        { $"tensorrt {NotInThisBuild}", ExecutionProvider.TensorRt, new OnnxCallException("[ErrorCode:InvalidArgument] NvTensorRtRtx execution provider is not supported in this build.") },
        { "cuda does not exist on this platform: leave it out of the model's providers", ExecutionProvider.Cuda, new NotSupportedException("The CoreML Execution Provider is not supported in this build") },
        { $"cuda needs libcublasLt.so.13, {NotHere}: install the CUDA libraries of that version", ExecutionProvider.Cuda, Missing("cuda", "libcublasLt.so.13") },
        { $"tensorrt needs libnvinfer.so.10, {NotHere}: install TensorRT of that version", ExecutionProvider.TensorRt, Missing("tensorrt", "libnvinfer.so.10") },
        { $"tensorrt needs libcudnn.so.9, {NotHere}: install cuDNN of that version", ExecutionProvider.TensorRt, Missing("tensorrt", "libcudnn.so.9") },
        { $"cuda needs libcuda.so.1, {NotHere}: install the driver of the NVIDIA GPU", ExecutionProvider.Cuda, Missing("cuda", "libcuda.so.1") },
        { $"cuda needs libonnxruntime_providers_shared.so, {NotHere}: put it beside libonnxruntime.so, of the same build", ExecutionProvider.Cuda, Missing("shared", "/opt/ort/libonnxruntime_providers_shared.so") },
        { $"cuda needs libcublasLt.so.13, {NotHere}: install the CUDA libraries of that version", ExecutionProvider.Cuda, new DllNotFoundException("libcublasLt.so.13: cannot open shared object file") },
        { $"cuda was to come from a library that is no execution provider: set actor-pipeline.onnxruntime.library to one that has it", ExecutionProvider.Cuda, new OnnxCallException("[ErrorCode:Fail] Failed to find symbol CreateEpFactories in library, error code: /opt/x.so: undefined symbol: CreateEpFactories") },
        {
            "cuda has no ONNX Runtime that loads (Unable to load shared library 'onnxruntime' or one of its dependencies): set actor-pipeline.onnxruntime.library to one that does, or to auto for the packaged one",
            ExecutionProvider.Cuda,
            new DllNotFoundException("Unable to load shared library 'onnxruntime' or one of its dependencies.\nlibonnxruntime.so: cannot open shared object file: No such file or directory")
        },
        {
            "cuda has no ONNX Runtime that loads (The native ONNX Runtime library does not support API version 31): set actor-pipeline.onnxruntime.library to one that does, or to auto for the packaged one",
            ExecutionProvider.Cuda,
            new TypeInitializationException("Microsoft.ML.OnnxRuntime.NativeMethods", new InvalidOperationException("The native ONNX Runtime library does not support API version 31."))
        },
        {
            "cuda finds no NVIDIA GPU that its driver can use: connect one and install its driver, or leave cuda out of the model's providers",
            ExecutionProvider.Cuda,
            new OnnxCallException("[ErrorCode:Fail] CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=x ; expr=cudaSetDevice(info_.device_id);")
        },
        { "cuda did not start (Something else): leave it out of the model's providers, or look into what it says", ExecutionProvider.Cuda, new OnnxCallException($"{Bridge}Something else.\nat a place") },
    };

    public static TheoryData<string> Calls => [.. Real.Keys];

    private static readonly Dictionary<string, Action> Real = new()
    {
        ["TensorRT's options"] = () => new OrtTensorRTProviderOptions().Dispose(),
        ["CUDA's options"] = () => new OrtCUDAProviderOptions().Dispose(),
        ["TensorRT by its number"] = () => With(options => options.AppendExecutionProvider_Tensorrt(0)),
        ["CUDA by its number"] = () => With(options => options.AppendExecutionProvider_CUDA(0)),
        ["by a name that is unknown"] = () => With(options => options.AppendExecutionProvider("CUDA")),
        ["by a name that is known"] = () => With(options => options.AppendExecutionProvider("NvTensorRtRtx")),
    };

    [Theory]
    [MemberData(nameof(Texts), DisableDiscoveryEnumeration = true)]
    public void Should_name_who_what_is_missing_and_what_to_do_when_a_provider_says_no(string sentence, ExecutionProvider provider, Exception e) =>
        Assert.Equal(sentence, MissingProvider.Why(provider, e));

    [Theory]
    [MemberData(nameof(Calls))]
    public void Should_say_that_it_is_not_in_this_build_when_the_packaged_library_is_asked(string call)
    {
        OnnxEnvironment.Require(null);
        Assert.Equal($"cuda {NotInThisBuild}", MissingProvider.Why(ExecutionProvider.Cuda, Assert.ThrowsAny<Exception>(Real[call])));
    }

    [Theory]
    [Runtime("1.16.3", false)]
    [Runtime("1.20.1", true)]
    [Runtime("1.23.2", true)]
    [Runtime("1.30.0", true)]
    [Runtime(Runtimes.Packaged, false)]
    public void Should_name_the_providers_library_when_the_one_of_a_released_version_is_not_there(string version, bool built)
    {
        var path = _folder.Write("tiny.onnx", TinyOnnx.ChannelMeans());
        foreach (var provider in new[] { ExecutionProvider.TensorRt, ExecutionProvider.Cuda })
        {
            var plan = SessionRig.Plan with { Provider = provider, ProviderOptions = new Dictionary<string, string> { ["device_id"] = "0" } };
            var e = Assert.Throws<OnnxCallException>(() => Runtimes.Library(version).Open(path, plan, default));
            var expected = built ? $"needs libonnxruntime_providers_shared.so, {NotHere}: put it beside libonnxruntime.so, of the same build" : NotInThisBuild;
            Assert.Equal($"{ProviderPlan.Name(provider)} {expected}", MissingProvider.Why(provider, e));
        }
    }

    private static OnnxCallException Missing(string provider, string library) =>
        new($"{Bridge}Failed to load library /opt/ort/libonnxruntime_providers_{provider}.so with error: {library}: cannot open shared object file: No such file or directory\n");

    private static void With(Action<SessionOptions> append)
    {
        using var options = new SessionOptions();
        append(options);
    }
}
