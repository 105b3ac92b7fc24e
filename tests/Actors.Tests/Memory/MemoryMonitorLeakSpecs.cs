using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Leaks and noise through the real monitor, with the dead band that is shipped.</summary>
public sealed class MemoryMonitorLeakSpecs() : MemoryMonitorKit(new MemorySettings { Budget = Bytes.MiB(512) })
{
    private static readonly Bytes Base = Bytes.MiB(30);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Should_leave_no_phantom_debt_when_a_model_that_leaks_nothing_is_swapped_a_thousand_times(int seed)
    {
        var random = new Random(seed);
        foreach (var level in LeakWatchSpecs.Wander(random, step: 0.5))
        {
            Level(models: 40);
            Gauge.Native = Base + Bytes.MiB(40 + level);
            Release(Base + Bytes.MiB(level));
        }

        Assert.False(Events.HasMessages);
    }

    [Fact]
    public void Should_catch_a_leak_within_ten_cycles_when_it_is_one_megabyte_each()
    {
        var random = new Random(7);
        for (var cycle = 1; cycle <= 10; cycle++) Release(Base + new Bytes(cycle * 1_000_000L) + Bytes.MiB(random.NextDouble() * 2 - 1));

        Assert.InRange(Events.ExpectMsg<LeakDebtSeen>().Debt.Count, Bytes.MiB(6).Count, Bytes.MiB(11).Count);
    }

    [Fact]
    public void Should_see_what_is_missing_when_mapped_weights_stay_charged()
    {
        // 40 are charged, 30 of them in pages of files: with 10 in anonymous memory there is no room for 20 to hide in.
        Tell(new LedgerLevel(Bytes.MiB(40), Bytes.Zero, Bytes.MiB(512)) { Anonymous = Bytes.MiB(10), Quiet = true });
        Gauge.Native = Base + Bytes.MiB(10 + 20);

        Sample();

        Assert.Equal(Bytes.MiB(20), Events.FishForMessage<LeakDebtSeen>(_ => true).Debt);
    }

    [Fact]
    public void Should_take_the_debt_back_when_the_memory_comes_back()
    {
        for (var cycle = 1; cycle <= 20; cycle++) Release(Base + Bytes.MiB(cycle));
        // Told when it grew by more than a mebibyte.
        Assert.InRange(Last().Count, Bytes.MiB(18).Count, Bytes.MiB(20).Count);

        for (var cycle = 1; cycle <= 3; cycle++) Release(Base + Bytes.MiB(1));

        Assert.Equal(Bytes.Zero, Last());

        Bytes Last()
        {
            var debt = new Bytes(-1);
            while (Events.HasMessages) debt = Events.ExpectMsg<LeakDebtSeen>().Debt;
            return debt;
        }
    }
}
