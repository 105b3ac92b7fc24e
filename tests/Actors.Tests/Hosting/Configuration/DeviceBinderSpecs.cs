using ActorPipeline.Catalog;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class DeviceBinderSpecs
{
    private const string Model = "actor-pipeline.models.d { path = d.onnx, kind = picodet }\n";

    private static ModelCard Read(string section) => Given.Configuration(Model + "actor-pipeline.models.d." + section).Settings!.Models[new ModelId("d")];

    [Fact]
    public void Should_read_all_that_a_device_is_told_when_it_is_written() => Assert.Equivalent(
        new DeviceSettings
        {
            Precision = DevicePrecision.Int8, Workspace = Bytes.MiB(16), BuilderLevel = 5, TacticSources = TacticSources.Lean, Batch = [4, 1], AllowFallback = false,
            MemoryLimit = Bytes.MiB(256), Tf32 = false, CudnnMaxWorkspace = true,
        },
        Read("""
            device { precision = int8, workspace = 16 MiB, builder-level = 5, tactic-sources = lean, batch = [4, 1], allow-fallback = false
                     memory-limit = 256 MiB, tf32 = false, cudnn-max-workspace = true }
            """).Device,
        strict: true);

    [Theory]
    [InlineData("device.precision = bf16", "device.precision: expected one of auto, fp32, fp16, int8, found \"bf16\"")]
    [InlineData("device.workspace = 0", "device.workspace: expected a size from 1 MiB to 64 GiB, found \"0\"")]
    [InlineData("device.builder-level = 6", "device.builder-level: expected a whole number from 0 to 5, found \"6\"")]
    [InlineData("device.tactic-sources = cudnn", "device.tactic-sources: expected one of auto, all, lean, found \"cudnn\"")]
    [InlineData("device.batch = []", "device.batch: expected a list of whole numbers from 1 to 64, none twice, found []")]
    [InlineData("device.batch = [1, 1]", "device.batch: expected a list of whole numbers from 1 to 64, none twice, found [1, 1]")]
    [InlineData("device.allow-fallback = maybe", "device.allow-fallback: expected true or false, found \"maybe\"")]
    [InlineData("device.work-space = 1 MiB", "device.work-space: unknown key; did you mean 'workspace'?")]
    [InlineData("footprint { load = 1, resident = 1, run = 1, device { load = 1, run = 1 } }", "footprint.device.resident: missing; expected a size from 0 to 16384 GiB")]
    public void Should_say_key_range_and_what_was_found_when_a_key_is_wrong(string line, string expected) =>
        Assert.EndsWith(": actor-pipeline.models.d." + expected, Assert.Single(Given.Faults(Model + "actor-pipeline.models.d." + line)));

    [Fact]
    public void Should_count_both_pools_when_a_footprint_names_the_devices_too()
    {
        var footprint = Read("footprint { load = 30 MiB, resident = 20 MiB, run = 5 MiB, device { load = 60 MiB, resident = 40 MiB, run = 10 MiB } }").Footprint!;

        Assert.Equal(Pools(30, 60), footprint.LoadLease(2));
        Assert.Equal(Pools(30, 60), footprint.ResidentLease(2));
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(90)), footprint.OnHost().LoadLease(2));
        Assert.Equal(FootprintSource.Declared, footprint.OnHost().Source);
    }

    [Theory]
    [InlineData("", 0, 8192, 8192)]
    [InlineData("actor-pipeline.memory.device-budget = 256 MiB", 256, 8192, 256)]
    [InlineData("actor-pipeline.memory.device-budget = 256 MiB", 256, 128, 128)]
    [InlineData("actor-pipeline.memory.device-budget = 256 MiB", 256, 0, 0)]
    public void Should_budget_the_device_as_configured_but_never_more_than_it_has_when_devices_are_known(string line, int configured, int memory, int expected)
    {
        var settings = Given.Configuration(Model + line).Settings!.Memory;

        Assert.Equal(Bytes.MiB(configured), settings.DeviceBudget);
        Assert.Equal(PoolVector.OfHost(settings.Budget) + PoolVector.Of(MemoryPool.Device(0), Bytes.MiB(expected)), settings.WithDevice(Bytes.MiB(memory)).Pools);
    }

    private static PoolVector Pools(double host, double device) => PoolVector.OfHost(Bytes.MiB(host)) + PoolVector.Of(MemoryPool.Device(0), Bytes.MiB(device));
}
