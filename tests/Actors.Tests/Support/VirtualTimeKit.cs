using ActorPipeline.Hosting;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;

namespace ActorPipeline.Support;

/// <summary>An actor system whose timers and whose clock move only when a spec moves them, both together.</summary>
public abstract class VirtualTimeKit : TestKit
{
    /// <summary>Of a system whose timers a spec moves.</summary>
    protected static readonly Config Virtual = ConfigurationFactory.ParseString(
        """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        # Generous: a bound that is reached only where something is wrong, on a machine that others use too.
        akka.test.single-expect-default = 10s
        akka.test.default-timeout = 10s
        """).WithFallback(ActorPipelineHosting.Dispatchers());

    protected VirtualTimeKit()
        : base(Virtual)
    {
    }

    /// <summary>The actors' clock.</summary>
    protected FakeTimeProvider Time { get; } = new();

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    /// <summary>Moves the clock and then the timers. A periodic timer fires once for each call, however long.</summary>
    protected virtual void Advance(TimeSpan by)
    {
        Time.Advance(by);
        Scheduler.Advance(by);
    }

    /// <summary>
    /// Moves time in small steps until something holds. For timers that are armed by what a timer before them set off: a leap
    /// would pass over them.
    /// </summary>
    protected void AdvanceUntil(Action holds, TimeSpan step) => AwaitAssert(
        () =>
        {
            Advance(step);
            holds();
        },
        TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(5));

    /// <summary>Waits, in real time but with a bound, until something holds.</summary>
    protected void Eventually(Action holds) => AwaitAssert(holds, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(5));

    protected override void AfterAll()
    {
        // Whatever still waits for time to pass comes out, or the system's threads could not end.
        Time.Advance(TimeSpan.FromDays(1));
        base.AfterAll();
    }

    /// <summary>Nothing comes to a probe, not even a little later.</summary>
    protected static void Silent(TestProbe probe) => probe.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
}
