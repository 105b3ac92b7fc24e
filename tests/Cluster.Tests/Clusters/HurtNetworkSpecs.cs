namespace ActorPipeline.ClusterTests;

/// <summary>A camera and a box whose link is hurt while the one works for the other.</summary>
public sealed class HurtNetworkSpecs
{
    /// <summary>Longer than any hurt that is to pass.</summary>
    private const string Patient = "down-after = 10 min";

    [LongNetworkFact]
    public async Task Should_hand_over_again_when_a_short_cut_is_mended()
    {
        await using var pair = await Pair.StartAsync(Patient);

        pair.BoxLink.Cut();
        await pair.Cam.WaitForMoreAsync(12);
        pair.BoxLink.Mend();

        await pair.Cam.WaitForHandedAsync();
        await pair.StopAsync();
    }

    [LongNetworkFact]
    public async Task Should_work_alone_and_hand_over_again_when_a_cut_that_was_noticed_is_mended()
    {
        await using var pair = await Pair.StartAsync(Patient);

        pair.BoxLink.Cut();
        await pair.Cam.WaitForOwnAsync();
        pair.BoxLink.Mend();

        await pair.Cam.WaitForHandedAsync();
        await pair.StopAsync();
    }

    [LongNetworkFact]
    public async Task Should_go_on_apart_until_one_is_started_anew_when_a_cut_outlasts_the_others_patience()
    {
        const string TakenOut = "it is taken out of the cluster";
        await using var pair = await Pair.StartAsync("down-after = 8 s");

        pair.BoxLink.Cut();
        await pair.Cam.Process.WaitForLineAsync(TakenOut, Street.Bound);
        await pair.Box.Process.WaitForLineAsync(TakenOut, Street.Bound);
        await pair.Cam.WaitForOwnAsync();
        pair.BoxLink.Mend();

        // Neither took itself out, and neither comes back by itself.
        await pair.Cam.WaitForOwnAsync(40);
        Assert.False(pair.Box.Process.HasExited);
        var before = pair.Box.AssertSound(await pair.Box.StopAsync(Street.Bound), TestNode.Interrupted);
        Assert.True(before.Served > 0, $"{before}");

        await using var anew = await TestNode.StartAsync(pair.Box.Plan);
        await pair.Cam.WaitForHandedAsync();

        pair.Cam.AssertSound(await pair.Cam.StopAsync(Street.Bound), TestNode.Interrupted);
        var after = anew.AssertSound(await anew.StopAsync(Street.Bound), TestNode.Interrupted);
        Assert.True(after.Served > 0, $"{after}");
    }

    [LongNetworkTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_work_alone_and_hand_over_again_when_one_way_was_cut(bool incoming)
    {
        await using var pair = await Pair.StartAsync(Patient);

        if (incoming) pair.BoxLink.CutIncoming();
        else pair.BoxLink.CutOutgoing();
        await pair.Cam.WaitForOwnAsync();
        pair.BoxLink.Mend();

        await pair.Cam.WaitForHandedAsync();
        await pair.StopAsync();
    }

    [LongNetworkTheory]
    [InlineData(50)]
    [InlineData(300)]
    public async Task Should_lose_nothing_when_the_way_is_slow(int milliseconds)
    {
        await using var pair = await Pair.StartAsync(Patient);

        pair.BoxLink.Delay(TimeSpan.FromMilliseconds(milliseconds));
        // Whether it still pays is the policy's affair.
        await pair.Cam.WaitForMoreAsync(80);
        pair.BoxLink.Delay(TimeSpan.Zero);

        await pair.Cam.WaitForHandedAsync();
        await pair.StopAsync();
    }

    [LongNetworkFact]
    public async Task Should_lose_nothing_when_the_way_loses_some()
    {
        await using var pair = await Pair.StartAsync(Patient);

        pair.BoxLink.Loss(5);
        await pair.Cam.WaitForMoreAsync(80);
        pair.BoxLink.Loss(0);

        await pair.Cam.WaitForHandedAsync();
        await pair.StopAsync();
    }

    /// <summary>A camera that is served by a box, each at the end of its link.</summary>
    private sealed class Pair(EndlessStreet street, SiteNetwork site, TestNode cam, TestNode box) : IAsyncDisposable
    {
        public TestNode Cam => cam;

        public TestNode Box => box;

        public SiteNode BoxLink => site["box"];

        public static async Task<Pair> StartAsync(params string[] cluster)
        {
            var street = new EndlessStreet();
            var site = SiteNetwork.Create("cam", "box");
            TestNode? box = null, cam = null;
            try
            {
                var boxPlan = Street.Box() with { At = site["box"], Cluster = cluster };
                var camPlan = Street.Cam() with { At = site["cam"], Cluster = cluster, Source = street.Folder };
                string[] seeds = [boxPlan.Endpoint, camPlan.Endpoint];
                box = await TestNode.StartAsync(boxPlan with { Seeds = seeds });
                cam = await TestNode.StartAsync(camPlan with { Seeds = seeds });
                await cam.WaitForHandedAsync(count: 5);
                return new Pair(street, site, cam, box);
            }
            catch
            {
                if (cam is not null) await cam.DisposeAsync();
                if (box is not null) await box.DisposeAsync();
                await site.DisposeAsync();
                street.Dispose();
                throw;
            }
        }

        /// <summary>Ends both, and finds every frame, and no more work done than was asked for twice.</summary>
        public async Task StopAsync()
        {
            var there = cam.AssertSound(await cam.StopAsync(Street.Bound), TestNode.Interrupted);
            var here = box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted);
            Assert.True(here.Served >= there.Handed, $"{there}\n{here}");
            Assert.Equal((1, 1), (there.Heard, here.Heard));
        }

        public async ValueTask DisposeAsync()
        {
            await cam.DisposeAsync();
            await box.DisposeAsync();
            await site.DisposeAsync();
            street.Dispose();
        }
    }
}
