using ActorPipeline.Inference;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Requests that name several variants, in a budget of 100 MiB.</summary>
public sealed class MemoryLedgerVariantSpecs : MemoryLedgerKit
{
    private static readonly LeaseVariant Full = Variant(60, 60, 0, "fp32"), Small = Variant(20, 20, 0, "int8");

    [Fact]
    public void Should_grant_the_preferred_one_when_it_fits() =>
        Assert.Equal("fp32", Granted(Wants("a", Full, Small)).Variant);

    [Fact]
    public void Should_grant_a_smaller_one_instead_of_waiting_when_the_preferred_does_not_fit_now()
    {
        Resident("b", 70);

        var lease = Granted(Wants("a", Full, Small));

        Assert.Equal(("int8", OfHost(20)), (lease.Variant, lease.Bytes));
    }

    [Fact]
    public void Should_grant_the_preferred_one_again_when_the_next_load_finds_room()
    {
        var other = Resident("b", 70);
        var small = Resident(Wants("a", Full, Small));
        End(small);
        End(other);

        Assert.Equal("fp32", Granted(Wants("a", Full, Small)).Variant);
    }

    [Fact]
    public void Should_not_ask_the_smaller_one_to_leave_when_there_is_room_for_the_preferred()
    {
        var other = Resident("b", 70);
        Resident(Wants("a", Full, Small));

        Assert.Empty(Yields(End(other)));
    }

    [Fact]
    public void Should_make_room_for_the_preferred_one_when_none_fits_now()
    {
        Resident("b", 45);
        Resident("c", 45);

        var effects = Ledger.Request(Wants("a", Full, Small), At(0));

        Assert.Equal(2, effects.OfType<LedgerEffect.Yield>().Count() + Ledger.Wake(At(600)).OfType<LedgerEffect.Yield>().Count());
    }

    [Fact]
    public void Should_deny_only_when_no_variant_can_ever_fit()
    {
        Assert.Equal("int8", Granted(Wants("a", Variant(120, 120, 0, "fp32"), Small)).Variant);
        Assert.Equal(DenialReason.NeverFits, Denied(Ledger.Request(Wants("b", Variant(120, 120, 0, "fp32"), Variant(101, 101, 0, "int8")), At(0))).Reason);
    }

    [Fact]
    public void Should_remember_for_that_variant_alone_when_one_takes_more_than_it_was_granted()
    {
        End(Resident("warm", 1));
        var lease = Granted(Wants("a", Full, Small));
        Ledger.ConfirmResident(lease.Id, Measured(75), At(0));
        End(Now(lease));
        Resident("b", 30);

        var next = Granted(Wants("a", Full, Small));

        Assert.Equal(("int8", OfHost(20)), (next.Variant, next.Bytes));
    }
}
