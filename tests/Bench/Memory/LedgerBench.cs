using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Bench.Memory;

/// <summary>
/// <c>ledger</c>: how long a decision of the ledger takes, and what it allocates, with many models and a long queue. Every command is
/// timed by itself: requests, demand, loads that end, releases, verifications, withdrawals, and what they lead to.
/// </summary>
internal static class LedgerBench
{
    private const int Decisions = 200_000;

    public static BenchReport Run()
    {
        Play(200, 1_000, Decisions / 4);
        var small = Play(100, 10_000, Decisions);
        var large = Play(1_000, 10_000, Decisions);
        return new BenchReport("ledger")
            .Add("decision_p99_us", Percentile(large.Decisions, 0.99), "1,000 models, 10,000 requests queued: microseconds of a command that led to a grant, a yield or a denial; 99 of 100 are faster")
            .Add("decision_p50_us", Percentile(large.Decisions, 0.5), "the same, the middle")
            .Add("command_p99_us", Percentile(large.Micros, 0.99), "of any command")
            .Add("command_max_us", large.Micros.Max(), "the longest (a collection or another process may be in it)")
            .Add("decisions", large.Decisions.Count, "commands that led to a decision, of 200,000")
            .Add("bytes_a_decision", large.Bytes, "allocated in the middle, 1,000 models")
            .Add("bytes_over_small", large.Bytes / small.Bytes, "over that with 100 models: 1 means it does not grow with the number of leases")
            .Add("leases", large.Leases, "leases charged in the middle")
            .Add("small_p99_us", Percentile(small.Micros, 0.99), "with 100 models");
    }

    private sealed record Result(List<double> Micros, List<double> Decisions, double Bytes, double Leases);

    private static Result Play(int models, int queued, int decisions)
    {
        var random = new Random(11);
        var variants = Enumerable.Range(0, models).Select(i => Variant(random)).ToArray();
        var settings = new MemorySettings { QuantumSwaps = 3 };
        // About half of the models fit at a time.
        var ledger = new MemoryLedger(
            PoolVector.OfHost(new Bytes(variants.Sum(v => v.Footprint.LoadLease(2).Total.Count) / 2)), 2, settings, new CostAware());
        var held = new List<Lease>();
        var waiting = new List<RequestId>();
        var yields = new HashSet<LeaseId>();
        var (number, now) = (0L, TimeSpan.Zero);
        List<double> micros = new(decisions), decided = [], bytes = new(decisions), leases = new(decisions);
        var warmUp = decisions / 10;
        for (var i = -warmUp; i < decisions; i++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(1, 20));
            var command = Next();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.GetTimestamp();
            var effects = command();
            var took = Stopwatch.GetElapsedTime(clock).TotalMicroseconds;
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            ledger.TakeChanges(static _ => { });
            Learn(effects);
            if (i < 0) continue;
            micros.Add(took);
            if (effects.Any(e => e is LedgerEffect.Grant or LedgerEffect.Yield or LedgerEffect.Deny)) decided.Add(took);
            bytes.Add(allocated);
            leases.Add(ledger.LeaseCount);
        }
        return new Result(micros, decided, Statistics.Median(bytes), Statistics.Median(leases));

        Func<IReadOnlyList<LedgerEffect>> Next()
        {
            var at = now;
            // The queue is kept full: what is served is asked for anew.
            if (ledger.PendingCount < queued)
            {
                var model = random.Next(models);
                var request = new RequestLease(new RequestId(1, ++number), new ModelId($"m{model}"), [variants[model]], random.Next(3))
                {
                    Deadline = random.Next(4) == 0 ? at + TimeSpan.FromSeconds(random.Next(1, 60)) : null,
                };
                waiting.Add(request.Request);
                return () => ledger.Request(request, at);
            }
            if (held.Count == 0 || random.Next(3) == 0)
            {
                var demand = new ReportDemand(new ModelId($"m{random.Next(models)}"), random.Next(3), 0, random.Next(3));
                return () => ledger.ReportDemand(demand, at);
            }
            var index = random.Next(held.Count);
            var lease = held[index];
            switch (lease.Phase)
            {
                case LeasePhase.Load:
                    held[index] = lease with { Phase = LeasePhase.Resident };
                    return () => ledger.ConfirmResident(lease.Id, null, at);
                case LeasePhase.Resident when yields.Remove(lease.Id) || random.Next(20) == 0:
                    held[index] = lease with { Phase = LeasePhase.Releasing };
                    return () => ledger.Release(lease.Id, at);
                case LeasePhase.Releasing:
                    (held[index], held[^1]) = (held[^1], held[index]);
                    held.RemoveAt(held.Count - 1);
                    return () => ledger.Verified(lease.Id, at);
                default:
                    var withdrawn = waiting[random.Next(waiting.Count)];
                    return () => ledger.Withdraw(withdrawn, at);
            }
        }

        void Learn(IReadOnlyList<LedgerEffect> effects)
        {
            foreach (var effect in effects)
            {
                if (effect is LedgerEffect.Grant(_, var lease)) held.Add(lease);
                if (effect is LedgerEffect.Yield yield) yields.Add(yield.Lease.Id);
            }
            if (waiting.Count > queued * 4) waiting.RemoveRange(0, waiting.Count - queued);
        }
    }

    private static LeaseVariant Variant(Random random)
    {
        var size = Bytes.MiB(Math.Pow(2, 1 + (random.NextDouble() * 6)));
        return new LeaseVariant("fp32", Footprint.Declared(size * 2, size, new Bytes(size.Count / 4)));
    }

    private static double Percentile(List<double> values, double share)
    {
        values.Sort();
        return values[(int)(share * (values.Count - 1))];
    }
}
