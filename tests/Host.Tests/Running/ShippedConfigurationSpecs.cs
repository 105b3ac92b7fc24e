using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Hosting.Readme;

namespace ActorPipeline.Hosting.Running;

/// <summary>The configurations that come with the project work alike on every machine, however many cores it has.</summary>
public sealed class ShippedConfigurationSpecs
{
    [Theory]
    [InlineData("demo.conf", 26)]
    [InlineData("street.conf", 21)]
    public void Should_hold_one_model_at_a_time_and_not_both_when_it_is_read(string file, int buffers)
    {
        var path = Path.Combine(ReadmeText.Root, "hocon", file);
        var settings = ActorPipelineConfiguration.Read(File.ReadAllText(path), file, _ => "/data").Settings!;

        Assert.True(settings.Serving.Lanes > 0, "declared footprints are for a number of lanes, so the file must name it");
        var leases = settings.Models.Values.Select(m => m.Footprint!.LoadLease(settings.Serving.Lanes)[MemoryPool.Host]).ToArray();
        Assert.All(leases, lease => Assert.True(lease + Bytes.MiB(buffers) < settings.Memory.Budget));
        Assert.True(leases.Aggregate(Bytes.Zero, (sum, lease) => sum + lease) + Bytes.MiB(buffers) > settings.Memory.Budget, "both fit beside the buffers");
    }
}
