using ActorPipeline.Device;

namespace ActorPipeline.Onnx.Providers;

/// <summary>Devices and models as their owners know them, so that decisions about them need no device.</summary>
internal static class Played
{
    public static readonly DeviceCapability Nano = Board("NVIDIA Tegra X1", 5, 3) with { Cuda = "10.2", TensorRt = "8.2.1", Board = "L4T R32.7.1" };

    public static readonly DeviceCapability Tx2 = Board("NVIDIA Tegra X2", 6, 2);

    public static readonly DeviceCapability Orin = Board("Orin", 8, 7) with { Cuda = "12.6", TensorRt = "10.3.0", Board = "L4T R36.4.3" };

    public static readonly DeviceCapability Gtx1080 = Card("NVIDIA GeForce GTX 1080", 6, 1, 8);

    public static readonly DeviceCapability Rtx3060 = Card("NVIDIA GeForce RTX 3060", 8, 6, 12);

    public static readonly ModelFacts Float = new("fp32", false, "image", [1, 3, 320, 320]);

    public static readonly ModelFacts FreeBatch = Float with { Input = "x", Shape = [-1, 3, 224, 224] };

    public static readonly ModelFacts Qdq = Float with { Precision = "int8", HasQdq = true };

    public static readonly ModelFacts QLinear = Float with { Precision = "int8" };

    public static DeviceCapability Capability(string name) => name switch
    {
        "nano" => Nano,
        "tx2" => Tx2,
        "orin" => Orin,
        "gtx1080" => Gtx1080,
        _ => Rtx3060,
    };

    public static ProviderMachine Machine(DeviceCapability? device, string version = "1.31.1") =>
        new(["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"], ProviderMachine.ParseVersion(version), device);

    private static DeviceCapability Board(string name, int major, int minor) =>
        new() { Name = name, Compute = new ComputeCapability(major, minor), Memory = Bytes.MiB(4096), Unified = true };

    private static DeviceCapability Card(string name, int major, int minor, int gibibytes) =>
        new() { Name = name, Compute = new ComputeCapability(major, minor), Memory = Bytes.MiB(gibibytes * 1024) };
}
