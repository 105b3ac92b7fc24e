using ActorPipeline.Hosting;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;

namespace ActorPipeline.Scenarios;

/// <summary>Three models, room for two, two pipelines; parts die, the machine takes memory and gives it back, gauges jump. Then it calms down.</summary>
public sealed class ChaosSpecs : ScenarioKit
{
    private const int Frames = 300;
    private const int Blows = 30;

    private static readonly string[] Parts = ["memory-supervisor", "memory-monitor", "work-board"];

    private static readonly ServingSettings Serving = new()
    {
        MaxFailures = 100, BackoffMin = TimeSpan.FromMilliseconds(20), BackoffMax = TimeSpan.FromMilliseconds(200),
    };

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private int _blows;

    public ChaosSpecs() => Memory = new MemorySettings { DebtLimit = 0, RiseAfter = TimeSpan.FromMilliseconds(300) };

    /// <param name="seed">What happens, and when; the threads' own order is another matter.</param>
    /// <param name="rough">Whether models' actors and sessions die too: then runs may be asked of sessions that are gone, which refuse them.</param>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(8, true)]
    public void Should_account_for_every_byte_and_frame_when_anyone_dies_at_any_moment(int seed, bool rough)
    {
        var random = new Random(seed);
        foreach (var id in new[] { Cards.Detector, Cards.Classifier, Second })
            Runtime.Add(Declare(id) with { LoadTime = TimeSpan.FromMilliseconds(30), RunTime = TimeSpan.FromMilliseconds(4) });
        NumberedFrameSource[] sources = [new(Frames, 16, 16) { BlockAt = Frames - 10 }, new(Frames, 16, 16) { BlockAt = Frames - 10 }];
        Add("first", sources[0]);
        Add("second", sources[1], [Second]);
        Start(budget: 100, Serving, Cards.Detector, Cards.Classifier, Second);
        AdvanceUntil(() => Assert.NotEmpty(Seen<RunStarted>()), Step);

        AdvanceUntil(
            () =>
            {
                if (random.Next(4) == 0) Strike(random, rough);
                Assert.True(_blows >= Blows);
            },
            Step);
        (Machine.Available, Gauge.Native) = (null, Bytes.Zero);
        AdvanceUntil(
            () =>
            {
                Assert.Empty(Seen<RunEnded>().SelectMany(e => e.Failures));
                Assert.DoesNotContain(null, Parts.Select(Find));
            },
            Step);
        foreach (var source in sources) source.Release();
        var run = End(Step);

        Assert.Empty(run.Failures);
        Assert.False(run.Stuck);
        Assert.All(run.Pipelines, p => Assert.Equal((Frames, Frames), (p.Totals.Captured, p.Totals.Concluded)));
        AdvanceUntil(() => Assert.Empty(Charges()), Step);
        AssertFrames(run);
        AssertGrants();
        if (!rough) AssertSessions();
        Assert.All(new[] { Cards.Detector, Cards.Classifier, Second }, id => Assert.Equal((0, 0), (Runtime[id].Resident, Runtime[id].ActiveRuns)));
    }

    private void Strike(Random random, bool rough)
    {
        _blows++;
        switch (random.Next(rough ? 10 : 8))
        {
            case 0: Kill("memory-supervisor", random); break;
            case 1: Kill("memory-monitor", random); break;
            case 2: Kill("work-board", random); break;
            case 3: Kill($"work-board/lane-{(random.Next(2) == 0 ? "*" : random.Next(6))}", random); break;
            case 4 or 5: Machine.Available = random.Next(4) switch { 0 => null, 1 => Bytes.MiB(64 + random.Next(40)), _ => Bytes.MiB(64 + 40 + random.Next(80)) }; break;
            // What is missing is charged as debt: never so much that no model fits beside it, or the process would have to be started anew.
            case 6: Gauge.Native = Bytes.MiB(random.Next(40)); break;
            case 7: Gauge.ShowOnce(random.Next(2) == 0 ? null : Bytes.MiB(random.Next(55))); break;
            case 8: Kill($"models/{Model(random)}", random); break;
            case 9: Kill($"models/{Model(random)}/session-*", random); break;
        }
    }

    private static string Model(Random random) => new[] { Cards.Detector, Cards.Classifier, Second }[random.Next(3)].Value;

    private void Kill(string path, Random random) =>
        Sys.ActorSelection($"/user/actor-pipeline/{path}").Tell(random.Next(2) == 0 ? Akka.Actor.Kill.Instance : PoisonPill.Instance);

    /// <summary>With each lease that was granted, what was charged still fitted what the machine left.</summary>
    private void AssertGrants()
    {
        var first = new HashSet<LeaseId>();
        var granted = Seen<LeaseChanged>().Where(c => c.Change == LeaseChange.Granted).Select(c => c.Lease!.Value).ToHashSet();
        Assert.NotEmpty(granted);
        foreach (var told in Seen<LedgerChanged>())
        {
            if (told.Change.Lease is not { } lease || !granted.Contains(lease) || !first.Add(lease)) continue;
            Assert.True(told.Charged <= told.Budget, $"lease {lease} was granted to {told.Charged} of {told.Budget}");
        }
    }
}
