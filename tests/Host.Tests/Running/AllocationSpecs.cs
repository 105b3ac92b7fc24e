using ActorPipeline.Bench.Allocation;

namespace ActorPipeline.Hosting.Running;

/// <summary>What a frame costs in garbage, over the whole embedded pipeline; the benchmark <c>alloc</c> says the same over more frames.</summary>
public sealed class AllocationSpecs
{
    [Fact]
    public async Task Should_allocate_little_a_frame_and_nothing_on_lanes_when_it_runs_steadily()
    {
        var report = await AllocationBench.RunAsync(warmUp: 500, frames: 3000, real: false, types: false);

        Assert.InRange(report["bytes_per_frame"], 0, 4096);
        // A lane's thread may still compile something a second time, but no frame costs it a byte.
        Assert.InRange(report["lane_bytes_per_frame"], 0, 1);
        Assert.Equal((0, 0), (report["gen1_collections"], report["gen2_collections"]));
    }
}
