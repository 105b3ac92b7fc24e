using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Hosting;

/// <content>What is different where a device runs models: its own pool, if it has one, and what its provider costs the process.</content>
public sealed partial class ActorPipelineRoot
{
    /// <summary>What is charged for providers beside what was measured.</summary>
    private PoolVector _charged = PoolVector.Zero;
    private readonly Dictionary<ExecutionProvider, ChargeFixed> _providers = [];
    private bool _knowsFixed;

    private bool HasOwnPool => _settings.Memory.DeviceBudget > Bytes.Zero;

    /// <summary>Once every model was looked at, it is known whether there is a device, and how much of its own it has.</summary>
    private void KnowDevice()
    {
        var configured = _settings.Memory.DeviceBudget;
        var own = _models.Values.Aggregate(Bytes.Zero, (most, model) => Bytes.Max(most, model.DeviceMemory));
        _settings = _settings with { Memory = _settings.Memory.WithDevice(own) };
        if (configured > Bytes.Zero && own == Bytes.Zero)
            _log.Warning("actor-pipeline.memory.device-budget counts for nothing: no model is to run on a device with memory of its own; the budget is for all");
    }

    /// <summary>Where processor and device share one memory, everything is counted in the host's.</summary>
    private Footprint Placed(Footprint footprint) => HasOwnPool || footprint.Elsewhere() is null ? footprint : footprint.OnHost();

    private PoolVector BuildOf(ModelInspection inspection) =>
        PoolVector.OfHost(inspection.Build) + PoolVector.Of(HasOwnPool ? MemoryPool.Device(0) : MemoryPool.Host, inspection.DeviceBuild);

    private Footprint WithinRooms(Footprint footprint)
    {
        var rooms = Rooms;
        var fitted = footprint.WithinRoom(rooms[MemoryPool.Host], _lanes);
        return HasOwnPool ? fitted.WithinRoom(MemoryPool.Device(0), rooms[MemoryPool.Device(0)], _lanes) : fitted;
    }

    /// <summary>
    /// Charges what providers cost before their first load, as estimated: contexts take hundreds of megabytes that no unload gives back. Once
    /// fixed cost is measured, the process's part is in that; the device's stays estimated, because no reading of the process shows it. A
    /// provider that none of the probes ran on costs nothing.
    /// </summary>
    private void ChargeProviders()
    {
        foreach (var costs in _models.Where(model => model.Value.Cost is not null).GroupBy(model => model.Value.Cost!.Provider, model => (model.Key, Cost: model.Value.Cost!)))
        {
            var used = costs.Where(c => !_probes.TryGetValue(c.Key, out var report) || report.Provider == costs.Key).Select(c => c.Cost).ToArray();
            var process = _knowsFixed ? Bytes.Zero : Most(used, cost => cost.Process);
            var device = Most(used, cost => cost.Device);
            var estimate = PoolVector.OfHost(process) + PoolVector.Of(HasOwnPool ? MemoryPool.Device(0) : MemoryPool.Host, device);
            // A mere guess refuses nothing: it leaves the models half.
            var bytes = PoolVector.Min(estimate, HalfOfAll());
            if (!bytes.Equals(estimate)) _log.Warning("{Provider} is estimated to cost the process {Estimate}, of which only {Bytes} are charged: the rest of the budget is for models", Word(costs.Key), estimate, bytes);
            _providers[costs.Key] = new ChargeFixed(Word(costs.Key), bytes) { Unseen = HasOwnPool ? Bytes.Zero : Bytes.Min(device, bytes[MemoryPool.Host]) };
        }
        _charged = _providers.Values.Aggregate(PoolVector.Zero, (sum, charge) => sum + charge.Bytes);
        TellProviders();
    }

    private void TellProviders()
    {
        foreach (var charge in _providers.Values) _tree!.Supervisor.Tell(charge);
    }

    private PoolVector HalfOfAll()
    {
        var half = PoolVector.Zero;
        foreach (var (pool, bytes) in _settings.Memory.Pools - PoolVector.OfHost(Pools + _fixed)) half += PoolVector.Of(pool, new Bytes(Math.Max(0, bytes.Count / 2)));
        return half;
    }

    private static Bytes Most(IEnumerable<ProviderCost> costs, Func<ProviderCost, Bytes> part) => costs.Aggregate(Bytes.Zero, (most, cost) => Bytes.Max(most, part(cost)));

    private static string Word(ExecutionProvider provider) => provider.ToString().ToLowerInvariant();
}
