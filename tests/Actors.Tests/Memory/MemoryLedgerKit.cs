using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using static ActorPipeline.Memory.Footprints;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>A ledger of 100 MiB and two lanes, and short ways to bring it somewhere.</summary>
public abstract class MemoryLedgerKit
{
    private long _requests = 1000;

    private protected static MemorySettings Settings { get; } = new()
    {
        Budget = Bytes.MiB(100), FirstQuantum = At(500), QuantumSwaps = 10, DeadBand = Bytes.MiB(4), RiseAfter = At(5000), Patience = At(10_000),
    };

    private protected MemoryLedger Ledger { get; set; } = NewLedger(epoch: 1);

    private protected static MemoryLedger NewLedger(long epoch) => new(OfHost(100), lanes: 2, Settings, new LeastRecentlyUsed(), epoch);

    protected static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    protected static PoolVector OfHost(double mebibytes) => PoolVector.OfHost(Bytes.MiB(mebibytes));

    protected static LeaseVariant Variant(double load, double resident, double run, string name = "default") =>
        new(name, Footprint.Declared(Bytes.MiB(load), Bytes.MiB(resident), Bytes.MiB(run)));

    protected static CommonBytes Common(string account, double mebibytes) => new(account, OfHost(mebibytes));

    protected static LoadMeasurement Measured(double resident) => new(Bytes.MiB(resident), Bytes.MiB(resident));

    /// <summary>What a request of this size would be; its number is its own.</summary>
    protected RequestLease Wants(string model, double mebibytes) => Wants(model, Host(mebibytes));

    protected RequestLease Wants(string model, params LeaseVariant[] variants) => Request(++_requests, model, variants);

    private protected IReadOnlyList<LedgerEffect> Ask(string model, double mebibytes, int at = 0) => Ledger.Request(Wants(model, mebibytes), At(at));

    private protected Lease Granted(RequestLease request, int at = 0) => Ledger.Request(request, At(at)).OfType<LedgerEffect.Grant>().Single().Lease;

    private protected Lease Granted(string model, double mebibytes, int at = 0) => Granted(Wants(model, mebibytes), at);

    private protected Lease Resident(RequestLease request, int at = 0)
    {
        var lease = Granted(request, at);
        Ledger.ConfirmResident(lease.Id, null, At(at));
        return Now(lease);
    }

    private protected Lease Resident(string model, double mebibytes, int at = 0) => Resident(Wants(model, mebibytes), at);

    /// <summary>Resident, and wanted so that its turn protects it.</summary>
    private protected Lease Busy(string model, double mebibytes, int at = 0)
    {
        Ledger.ReportDemand(Demand(model, 3), At(at));
        return Resident(model, mebibytes, at);
    }

    /// <summary>A lease as it is now.</summary>
    private protected Lease Now(Lease lease) => Ledger.Leases.Single(l => l.Id == lease.Id);

    /// <summary>Lets go, and the memory is back.</summary>
    private protected IReadOnlyList<LedgerEffect> End(Lease lease, int at = 0)
    {
        Ledger.Release(lease.Id, At(at));
        return Ledger.Verified(lease.Id, At(at));
    }

    private protected static IEnumerable<string> Yields(IEnumerable<LedgerEffect> effects) => effects.OfType<LedgerEffect.Yield>().Select(y => y.Lease.Model.Value).Order();

    private protected static IEnumerable<string> Grants(IEnumerable<LedgerEffect> effects) => effects.OfType<LedgerEffect.Grant>().Select(g => g.Lease.Model.Value);

    private protected static LedgerEffect.Deny Denied(IEnumerable<LedgerEffect> effects) => Assert.Single(effects.OfType<LedgerEffect.Deny>());
}
