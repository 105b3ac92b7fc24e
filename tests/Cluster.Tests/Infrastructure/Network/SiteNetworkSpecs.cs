using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ActorPipeline.ClusterTests;

/// <summary>That the made-up site hurts what it says it hurts. What is lost is told by what comes after it: order is kept.</summary>
public sealed class SiteNetworkSpecs
{
    [NetworkFact]
    public async Task Should_lose_both_ways_when_a_node_is_cut_and_carry_again_when_it_is_mended()
    {
        await using var site = SiteNetwork.Create("a", "b");
        using var pair = new Datagrams(site["a"], site["b"]);
        pair.Meet();

        site["a"].Cut();
        pair.SendThere("lost");
        pair.SendBack("lost");
        site["a"].Mend();
        pair.SendThere("found");
        pair.SendBack("found");

        Assert.Equal("found", pair.GotThere());
        Assert.Equal("found", pair.GotBack());
    }

    [NetworkFact]
    public async Task Should_lose_one_way_alone_when_a_node_is_cut_one_way()
    {
        await using var site = SiteNetwork.Create("a", "b");
        using var pair = new Datagrams(site["a"], site["b"]);
        pair.Meet();

        site["a"].CutIncoming();
        pair.SendThere("heard of a deaf one");
        pair.SendBack("lost");
        site["a"].Mend();
        site["a"].CutOutgoing();
        pair.SendThere("lost");
        pair.SendBack("heard by a mute one");

        Assert.Equal("heard of a deaf one", pair.GotThere());
        Assert.Equal("heard by a mute one", pair.GotBack());
        site["a"].Mend();
        pair.SendThere("end");
        Assert.Equal("end", pair.GotThere());
    }

    [NetworkFact]
    public async Task Should_part_nodes_from_those_of_the_other_side_alone_when_a_site_is_parted()
    {
        await using var site = SiteNetwork.Create("a", "b", "c");
        using var across = new Datagrams(site["a"], site["c"]);
        using var within = new Datagrams(site["a"], site["b"]);
        across.Meet();
        within.Meet();

        SiteNetwork.Part([site["a"], site["b"]], [site["c"]]);
        across.SendThere("lost");
        across.SendBack("lost");
        within.SendThere("here");
        within.SendBack("back");
        Assert.Equal("here", within.GotThere());
        Assert.Equal("back", within.GotBack());

        site.Mend();
        across.SendThere("found");
        across.SendBack("found");
        Assert.Equal("found", across.GotThere());
        Assert.Equal("found", across.GotBack());
    }

    [NetworkFact]
    public async Task Should_hold_frames_back_in_order_when_a_link_is_slow()
    {
        await using var site = SiteNetwork.Create("a", "b");
        using var pair = new Datagrams(site["a"], site["b"]);
        pair.Meet();

        site["a"].Delay(TimeSpan.FromMilliseconds(60), TimeSpan.FromMilliseconds(20));
        var slow = pair.RoundTrip(20);
        site["a"].Delay(TimeSpan.Zero);

        Assert.InRange(slow, TimeSpan.FromMilliseconds(119), TimeSpan.FromSeconds(5));
        pair.Meet();
    }

    [NetworkFact]
    public async Task Should_lose_some_when_a_link_loses_by_chance()
    {
        await using var site = SiteNetwork.Create("a", "b");
        using var pair = new Datagrams(site["a"], site["b"]);
        pair.Meet();

        site["a"].Loss(30);
        for (var i = 0; i < 1000; i++) pair.SendThere("perhaps");
        site["a"].Loss(0);
        pair.SendThere("end");
        var arrived = 0;
        while (pair.GotThere() != "end") arrived++;

        Assert.InRange(arrived, 600, 800);
    }

    [NetworkFact]
    public async Task Should_carry_a_stream_whole_and_count_it_when_a_link_is_slow_and_lossy()
    {
        const int Bytes = 2_000_000;
        await using var site = SiteNetwork.Create("a", "b");
        site["b"].Delay(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(1));
        site["b"].Loss(0.5);
        var meter = TrafficMeter.OfLink(site["b"]);
        using var listener = site["b"].CreateSocket();
        listener.Bind(new IPEndPoint(site["b"].Address, 0));
        listener.Listen();
        using var client = site["a"].CreateSocket();
        client.Connect(listener.LocalEndPoint!);
        using var server = listener.Accept();

        var content = new byte[Bytes];
        Random.Shared.NextBytes(content);
        var sending = client.SendAsync(content, SocketFlags.None);
        var got = new byte[Bytes];
        await using (var stream = new NetworkStream(server)) await stream.ReadExactlyAsync(got).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        await sending;

        Assert.Equal(content, got);
        Assert.InRange(meter.ReadNext().Bytes.Received, Bytes, 2 * Bytes);
    }

    [NetworkFact]
    public async Task Should_take_its_time_when_a_link_is_narrow()
    {
        await using var site = SiteNetwork.Create("a", "b");
        using var pair = new Datagrams(site["a"], site["b"]);
        pair.Meet();

        site["a"].Narrow(1_000_000);
        var start = Stopwatch.GetTimestamp();
        // Some 36 kB: 16 kB pass at once, the rest takes about 150 ms of a megabit a second.
        for (var i = 0; i < 30; i++) pair.SendThere(new string('x', 1150));
        pair.SendThere("end");
        while (pair.GotThere() != "end")
        {
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
    }

    [NetworkFact]
    public async Task Should_be_as_new_when_everything_is_cleared()
    {
        await using var site = SiteNetwork.Create("a", "b");
        using var pair = new Datagrams(site["a"], site["b"]);
        site["a"].Cut();
        site["a"].Loss(100);
        site["a"].Delay(TimeSpan.FromMinutes(1));
        site["a"].Narrow(8_000);
        site["a"].Unplug();

        site["a"].Clear();

        pair.Meet();
    }

    [NetworkFact]
    public async Task Should_leave_nothing_when_it_is_disposed_of()
    {
        string[] names;
        await using (var site = SiteNetwork.Create("a"))
        {
            names = Names(Owner.Me);
            Assert.Equal(2, names.Length);
        }

        Assert.DoesNotContain(Names(Owner.Me), names.Contains);
    }

    [NetworkFact]
    public void Should_remove_what_a_dead_process_left_and_nothing_of_a_living_one_when_it_cleans_up()
    {
        // No process has that id: the largest is 4194304.
        const string Dead = "apct-4999999-1-1-gone";
        var alive = Owner.Name("alive");
        Shell.Script($"ip netns add {Dead}", $"ip netns add {alive}");
        try
        {
            Leftovers.Remove();

            Assert.DoesNotContain(Dead, Names("apct"));
            Assert.Contains(alive, Names("apct"));
        }
        finally
        {
            Shell.TryRun("ip", ["netns", "delete", alive]);
        }
    }

    private static string[] Names(string part) =>
        [.. Directory.GetFileSystemEntries(NetworkNamespace.Folder).Select(e => Path.GetFileName(e)).Where(n => n.Contains(part, StringComparison.Ordinal))];

    /// <summary>Two nodes that send each other datagrams.</summary>
    private sealed class Datagrams : IDisposable
    {
        private readonly Socket _here, _there;

        public Datagrams(SiteNode here, SiteNode there)
        {
            _here = Open(here);
            _there = Open(there);
            _here.Connect(_there.LocalEndPoint!);
            _there.Connect(_here.LocalEndPoint!);
        }

        /// <summary>Afterwards each knows the other's hardware address: from then on nothing waits for it.</summary>
        public void Meet()
        {
            SendThere("hello");
            Assert.Equal("hello", GotThere());
            SendBack("hello");
            Assert.Equal("hello", GotBack());
        }

        public void SendThere(string text) => _here.Send(System.Text.Encoding.ASCII.GetBytes(text));

        public void SendBack(string text) => _there.Send(System.Text.Encoding.ASCII.GetBytes(text));

        public string GotThere() => Receive(_there);

        public string GotBack() => Receive(_here);

        /// <summary>Some at once, there and back, in order.</summary>
        public TimeSpan RoundTrip(int count)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++) SendThere($"{i}");
            for (var i = 0; i < count; i++) SendBack(GotThere());
            for (var i = 0; i < count; i++) Assert.Equal($"{i}", GotBack());
            return Stopwatch.GetElapsedTime(start);
        }

        public void Dispose()
        {
            _here.Dispose();
            _there.Dispose();
        }

        private static Socket Open(SiteNode node)
        {
            var socket = node.CreateSocket(SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(node.Address, 0));
            socket.ReceiveTimeout = 5000;
            socket.ReceiveBufferSize = 1 << 20;
            return socket;
        }

        private static string Receive(Socket socket)
        {
            var buffer = new byte[2000];
            return System.Text.Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
        }
    }
}
