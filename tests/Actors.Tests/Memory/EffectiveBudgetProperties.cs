using ActorPipeline.Device;
using FsCheck.Xunit;

namespace ActorPipeline.Memory;

/// <summary>What holds for any readings at any times.</summary>
public sealed class EffectiveBudgetProperties
{
    private static readonly MemorySettings Settings = new() { Headroom = Bytes.MiB(16), RiseAfter = TimeSpan.FromSeconds(1) };

    [Property(MaxTest = 300, EndSize = 300)]
    public void Should_stay_between_nothing_and_what_is_configured_when_readings_are_any((int Available, int Own, byte Wait)[] readings) =>
        Play(readings.Select(r => (Bytes.KiB(r.Available), Bytes.KiB(r.Own), (int)r.Wait)), (_, budget, _, _) => Assert.InRange(budget, 0, 100));

    [Property(MaxTest = 300, EndSize = 300)]
    public void Should_never_exceed_what_two_readings_leave_by_more_than_a_step_when_it_falls((byte Available, byte Own, byte Wait)[] readings)
    {
        var before = 100d;
        Play(Mebibytes(readings), (_, budget, target, _) =>
        {
            Assert.True(budget <= Math.Max(target, before) + 1);
            before = target;
        });
    }

    [Property(MaxTest = 300, EndSize = 300)]
    public void Should_fall_at_once_when_it_is_no_steep_fall((byte Available, byte Own, byte Wait)[] readings) =>
        Play(Mebibytes(readings), (before, budget, target, _) => Assert.True(target < before / 2 || budget <= target + 1));

    [Property(MaxTest = 300, EndSize = 300)]
    public void Should_rise_only_to_what_held_all_the_while_when_it_rises((byte Available, byte Own, byte Wait)[] readings)
    {
        List<(TimeSpan At, double Target)> seen = [];
        Play(Mebibytes(readings), (before, budget, target, now) =>
        {
            seen.Add((now, target));
            if (budget <= before) return;
            // A level holds until the next; one that was doubted and not confirmed does not count.
            for (var i = 0; i + 1 < seen.Count; i++)
                if (seen[i + 1].At > now - Settings.RiseAfter) Assert.True(Math.Max(seen[i].Target, seen[i + 1].Target) >= budget - 1e-6);
            Assert.True(now >= Settings.RiseAfter);
        });
    }

    [Property(MaxTest = 300, EndSize = 300)]
    public void Should_never_exceed_what_is_configured_at_the_time_when_that_changes((byte Available, byte Configured, byte Wait)[] readings)
    {
        var budget = new EffectiveBudget(PoolVector.OfHost(Bytes.MiB(100)), Settings);
        var (now, configured) = (TimeSpan.Zero, 100d);
        foreach (var (available, next, wait) in readings)
        {
            if (next % 3 == 0) budget.Configure(PoolVector.OfHost(Bytes.MiB(configured = 1 + next)));
            Assert.InRange(Of(budget), 0, configured);
            budget.Update(new MachineReading([new PoolReading(MemoryPool.Host, Bytes.MiB(available), "")], null), PoolVector.Zero, now);
            Assert.InRange(Of(budget), 0, configured);
            now += TimeSpan.FromMilliseconds(wait);
        }
    }

    private static IEnumerable<(Bytes, Bytes, int)> Mebibytes((byte Available, byte Own, byte Wait)[] readings) =>
        readings.Select(r => (Bytes.MiB(r.Available / 1.5), Bytes.MiB(r.Own / 8.0), (int)r.Wait));

    /// <summary>Calls back with the budget before and after and the target, all in MiB, and the time.</summary>
    private static void Play(IEnumerable<(Bytes Available, Bytes Own, int Wait)> readings, Action<double, double, double, TimeSpan> check)
    {
        var budget = new EffectiveBudget(PoolVector.OfHost(Bytes.MiB(100)), Settings);
        var now = TimeSpan.Zero;
        foreach (var (available, own, wait) in readings)
        {
            var before = Of(budget);
            budget.Update(new MachineReading([new PoolReading(MemoryPool.Host, available, "")], null), PoolVector.OfHost(own), now);
            var target = Math.Clamp((own + available - Settings.Headroom).Count / 1048576d, 0, 100);
            check(before, Of(budget), target, now);
            now += TimeSpan.FromMilliseconds(wait);
        }
    }

    private static double Of(EffectiveBudget budget) => budget.State.Budget[MemoryPool.Host].Count / 1048576d;
}
