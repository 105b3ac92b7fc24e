using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Scenarios;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;

namespace ActorPipeline.Hosting;

/// <summary>Models on a device: with memory of its own, and with the processor's.</summary>
public sealed class ActorPipelineRootDeviceSpecs : ScenarioKit
{
    private static readonly MemoryPool Device = MemoryPool.Device(0);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    public ActorPipelineRootDeviceSpecs() => Declare(Cards.Classifier, 10);

    [Fact]
    public void Should_refuse_with_both_numbers_when_a_model_needs_more_of_the_device_than_its_budget()
    {
        OnDevice(need: 300, memory: 8192);

        Run(device: 256);

        Eventually(() => Assert.NotEmpty(Seen<RunRefused>()));
        Assert.Contains(Seen<RunRefused>()[0].Reasons, r => r.Contains("needs 300.0 MiB there, but the device's budget is 256.0 MiB"));
    }

    [Fact]
    public void Should_charge_each_pool_and_the_providers_cost_when_the_device_has_memory_of_its_own()
    {
        OnDevice(need: 100, memory: 8192, new ProviderCost(ExecutionProvider.Cuda, Bytes.MiB(20), Bytes.MiB(50)));

        Run(device: 256);
        var run = End(Step);

        Assert.Empty(run.Failures);
        Assert.Contains(Leases(), lease => lease.Equals(Pools(20, 100)));
        // What it cost the process was measured with everything else of it.
        Assert.Equal([Pools(20, 50), Pools(0, 50)], Cost());
    }

    [Fact]
    public void Should_charge_the_host_with_everything_when_memory_is_shared()
    {
        OnDevice(need: 100, memory: 0, new ProviderCost(ExecutionProvider.TensorRt, Bytes.MiB(20), Bytes.MiB(50)));

        Run(device: 256);
        var run = End(Step);

        Assert.Empty(run.Failures);
        Assert.Contains(Leases(), lease => lease.Equals(Pools(120, 0)));
        Assert.All(Leases(), lease => Assert.Equal(Bytes.Zero, lease[Device]));
        Assert.Equal([Pools(70, 0), Pools(50, 0)], Cost());
    }

    [Fact]
    public void Should_leave_models_half_of_the_budget_when_a_providers_cost_is_guessed_to_be_all_of_it()
    {
        OnDevice(need: 10, memory: 0, new ProviderCost(ExecutionProvider.TensorRt, Bytes.MiB(200), Bytes.MiB(400)));

        Run(device: 0);
        var run = End(Step);

        Assert.Empty(run.Failures);
        Assert.All(Cost(), cost => Assert.InRange(cost[MemoryPool.Host].Count, Bytes.MiB(90).Count, Bytes.MiB(100).Count));
    }

    private void OnDevice(double need, double memory, ProviderCost? cost = null) => Runtime.Add(Declare(Cards.Detector) with
    {
        Footprint = Footprint.Declared(Bytes.MiB(20), Bytes.MiB(20), Bytes.Zero).Beside(Footprint.Declared(Bytes.MiB(need), Bytes.MiB(need), Bytes.Zero, Device)),
        DeviceMemory = Bytes.MiB(memory), Cost = cost,
    });

    private void Run(double device)
    {
        Memory = Memory with { DeviceBudget = Bytes.MiB(device) };
        Add("street", new NumberedFrameSource(5, 16, 16));
        Start(budget: 200, models: [Cards.Detector, Cards.Classifier]);
    }

    private IEnumerable<PoolVector> Leases() => Seen<LedgerChanged>().Where(c => c.Change.Lease is not null && c.Change.Account == "detector").Select(c => c.Change.Bytes);

    private PoolVector[] Cost() => [.. Seen<LedgerChanged>().Where(c => c.Change.Kind == ChargeKind.Fixed && c.Change.Account != "cpu").Select(c => c.Change.Bytes)];

    private static PoolVector Pools(double host, double device) => PoolVector.OfHost(Bytes.MiB(host)) + PoolVector.Of(Device, Bytes.MiB(device));
}
