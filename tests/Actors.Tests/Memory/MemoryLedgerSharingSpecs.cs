using ActorPipeline.Catalog;
using FsCheck.Xunit;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Weights of 30 MiB in common, and weights in pages of files, in a budget of 100 MiB.</summary>
public sealed class MemoryLedgerSharingSpecs : MemoryLedgerKit
{
    private static readonly CommonBytes Weights = new("weights", OfHost(30));

    [Property(MaxTest = 200)]
    public void Should_charge_weights_once_while_anyone_has_them_when_models_come_and_go_in_any_order((byte Which, bool Wants)[] events)
    {
        Ledger = NewLedger(epoch: 1);
        var held = new Dictionary<int, Lease>();
        foreach (var (number, wants) in events)
        {
            var which = number % 6;
            if (wants && !held.ContainsKey(which))
            {
                var effects = Ledger.Request(Shares($"m{which}", 16), At(0));
                if (effects.OfType<LedgerEffect.Grant>().SingleOrDefault() is { } grant) held.Add(which, grant.Lease);
                else foreach (var queued in effects.OfType<LedgerEffect.Queue>()) Ledger.Withdraw(queued.Request, At(0));
                // Four of 16 MiB have room beside the weights, a fifth has not.
                Assert.Equal(effects.OfType<LedgerEffect.Grant>().Any(), held.ContainsKey(which));
                Assert.True(held.Count <= 4);
            }
            else if (!wants && held.Remove(which, out var lease))
            {
                End(lease);
            }
            var shared = Ledger.Charges.Where(c => c.Kind == ChargeKind.Shared).ToArray();
            Assert.Equal(held.Count > 0 ? [OfHost(30)] : [], shared.Select(c => c.Bytes));
            Assert.Equal(OfHost((16 * held.Count) + (held.Count > 0 ? 30 : 0)), Ledger.Charged);
        }
    }

    [Fact]
    public void Should_grant_a_second_user_what_it_needs_beside_the_weights_when_the_first_has_paid()
    {
        Resident(Shares("a", 30));

        // 30 + 30 + 40: the weights are there.
        Assert.Equal(OfHost(40), Granted(Shares("b", 40)).Bytes);
        Assert.Equal(OfHost(100), Ledger.Charged);
    }

    [Fact]
    public void Should_deny_at_once_when_a_model_and_its_weights_never_fit() =>
        Assert.Equal(DenialReason.NeverFits, Denied(Ledger.Request(Shares("a", 71), At(0))).Reason);

    [Fact]
    public void Should_keep_mapped_weights_charged_when_the_rest_was_measured()
    {
        End(Resident("warm", 1));
        var lease = Granted(Wants("a", Variant(50, 40, 0) with { Mapped = Bytes.MiB(12) }));

        Ledger.ConfirmResident(lease.Id, Measured(20), At(0));

        Assert.Equal(OfHost(20 + 12), Now(lease).Bytes);
    }

    [Fact]
    public void Should_count_neither_mapped_nor_shared_weights_as_anonymous_when_the_gauges_are_asked()
    {
        var first = Resident(Wants("a", Variant(20, 20, 0) with { Mapped = Bytes.MiB(8), Shared = Weights }));
        Resident("b", 10);

        Assert.Equal((Bytes.MiB(60), Bytes.MiB(22)), (Ledger.ChargedToModels[MemoryPool.Host], Ledger.AnonymousOfModels));
        Assert.Equal(Bytes.MiB(10), Ledger.AnonymousWithout(first));
        End(first);
        Assert.Equal(Bytes.MiB(10), Ledger.AnonymousOfModels);
    }

    private RequestLease Shares(string model, double mebibytes) => Wants(model, Variant(mebibytes, mebibytes, 0) with { Shared = Weights });
}
