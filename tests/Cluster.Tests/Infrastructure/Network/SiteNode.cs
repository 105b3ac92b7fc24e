using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorPipeline.ClusterTests;

/// <summary>
/// A node of a site: its namespace, its address and its link, which can be hurt. All of it takes effect before the method returns. Frames are
/// lost on egress of the near end (what the node sends) and of the far end (what it gets), silently, as on a broken cable. Loss counts frames as
/// the kernel has them, up to 64 KiB of TCP at once.
/// </summary>
internal sealed class SiteNode
{
    /// <summary>The bridge, in the switch's namespace.</summary>
    public const string Bridge = "br0";

    /// <summary>The near end of the link, in the node's namespace.</summary>
    public const string Link = "e0";

    private readonly string _switch;
    private readonly string _far;
    private readonly string _wireEnd;
    private readonly string _wirePort;
    private readonly HashSet<IPAddress> _cutTo = [];
    private DelayLine? _wire;
    private bool _cutIn, _cutOut;
    private double _lost;

    public SiteNode(string name, IPAddress address, string space, string switchSpace, int number)
    {
        (Name, Address, Namespace, _switch) = (name, address, space, switchSpace);
        (_far, _wireEnd, _wirePort) = ($"p{number}", $"x{number}", $"b{number}");
    }

    /// <value>In the site.</value>
    public string Name { get; }

    /// <value>Of its link.</value>
    public IPAddress Address { get; }

    /// <value>As <c>ip netns</c> knows it.</value>
    public string Namespace { get; }

    /// <summary>Nothing passes, in either direction; the link stays up, so that nobody is told.</summary>
    public void Cut() => Set(() => (_cutIn, _cutOut) = (true, true));

    /// <summary>The node hears nothing, but is heard.</summary>
    public void CutIncoming() => Set(() => _cutIn = true);

    /// <summary>The node is not heard, but hears.</summary>
    public void CutOutgoing() => Set(() => _cutOut = true);

    /// <summary>What the node sends to some others is lost.</summary>
    public void CutTo(params IEnumerable<SiteNode> others) => Set(() => _cutTo.UnionWith(others.Select(n => n.Address)));

    /// <summary>Undoes every cut; delay, loss and rate stay.</summary>
    public void Mend() => Set(() =>
    {
        (_cutIn, _cutOut) = (false, false);
        _cutTo.Clear();
    });

    /// <summary>Loses frames by chance, in each direction.</summary>
    /// <param name="percent">How many of a hundred; 0 for none.</param>
    public void Loss(double percent) => Set(() => _lost = percent / 100);

    /// <summary>
    /// Each frame comes later, in each direction: a round trip takes twice as long. There is no netem here, so that a thread of this process
    /// holds the frames back (<see cref="DelayLine"/>), to about a millisecond. Order is kept. Zero for none.
    /// </summary>
    /// <param name="delay">At least.</param>
    /// <param name="jitter">By chance, so much more at most.</param>
    public void Delay(TimeSpan delay, TimeSpan jitter = default)
    {
        if (delay + jitter <= TimeSpan.Zero) TakeWireOut();
        else (_wire ??= PutWireIn()).Set(delay, jitter);
    }

    /// <summary>Lets so many bits a second pass, in each direction, with a queue of 200 ms; 0 for as many as there are.</summary>
    public void Narrow(long bitsPerSecond)
    {
        Shell.Script(Shaper(Namespace, Link), Shaper(_switch, _far));

        string Shaper(string space, string link) => bitsPerSecond > 0
            ? string.Create(CultureInfo.InvariantCulture, $"tc -n {space} qdisc replace dev {link} root tbf rate {bitsPerSecond}bit burst 16kb latency 200ms")
            : $"tc -n {space} qdisc delete dev {link} root 2>/dev/null || true";
    }

    /// <summary>Takes the cable out: unlike a cut, the node's kernel sees it.</summary>
    public void Unplug() => Shell.Script($"ip -n {_switch} link set {_far} down");

    /// <summary>Puts it in again.</summary>
    public void Plug() => Shell.Script($"ip -n {_switch} link set {_far} up");

    /// <summary>As new: no cut, no loss, no delay, no narrowness, plugged in.</summary>
    public void Clear()
    {
        Mend();
        Loss(0);
        Delay(TimeSpan.Zero);
        Narrow(0);
        Plug();
    }

    /// <summary>A TCP socket of this node, for the test process.</summary>
    public Socket CreateSocket() => CreateSocket(SocketType.Stream, ProtocolType.Tcp);

    /// <summary>A socket of this node, for the test process: it says nothing until it is used, from any thread.</summary>
    public Socket CreateSocket(SocketType type, ProtocolType protocol) => NetworkNamespace.Inside(Namespace, () => new Socket(AddressFamily.InterNetwork, type, protocol));

    /// <summary>What went through its link so far, as the node's kernel counts it.</summary>
    public Traffic ReadTraffic() => NetworkNamespace.Inside(Namespace, () => Traffic.OfInterface(File.ReadAllText("/proc/thread-self/net/dev"), Link));

    /// <summary>Makes it and plugs it in.</summary>
    internal void Make() => Shell.Script(
        $"ip netns add {Namespace}",
        $"ip -n {_switch} link add {_far} type veth peer name {Link} netns {Namespace}",
        // No neighbour discovery: a link on which nothing is said is silent.
        $"ip -n {_switch} link set {_far} addrgenmode none",
        $"ip -n {Namespace} link set {Link} addrgenmode none",
        $"ip -n {_switch} link set {_far} master {Bridge}",
        $"ip -n {Namespace} link set lo up",
        $"ip -n {Namespace} address add {Address}/24 dev {Link}",
        $"ip -n {_switch} link set {_far} up",
        $"ip -n {Namespace} link set {Link} up",
        $"tc -n {_switch} qdisc add dev {_far} clsact",
        $"tc -n {Namespace} qdisc add dev {Link} clsact");

    /// <summary>Takes it away. Processes in it must be over.</summary>
    internal void Remove()
    {
        _wire?.Dispose();
        _wire = null;
        Shell.TryRun("ip", ["netns", "delete", Namespace]);
    }

    private void Set(Action change)
    {
        change();
        Shell.Script(
            Filter(Namespace, Link, new FramePolicy(_cutOut ? 1 : _lost, _cutTo)),
            Filter(_switch, _far, new FramePolicy(_cutIn ? 1 : _lost, [])));
    }

    private static string Filter(string space, string link, FramePolicy policy) =>
        $"tc -n {space} filter replace dev {link} egress protocol all prio 1 handle 1 bpf direct-action bytecode '{policy.ToBytecode()}'";

    // The far end leaves the bridge; a second pair takes its place there, and the wire lies between.
    private DelayLine PutWireIn()
    {
        Shell.Script(
            $"ip -n {_switch} link add {_wireEnd} type veth peer name {_wirePort}",
            $"ip -n {_switch} link set {_wireEnd} addrgenmode none",
            $"ip -n {_switch} link set {_wirePort} addrgenmode none",
            $"ip -n {_switch} link set {_wireEnd} up",
            $"ip -n {_switch} link set {_far} nomaster",
            $"ip -n {_switch} link set {_wirePort} master {Bridge}",
            $"ip -n {_switch} link set {_wirePort} up");
        return DelayLine.Between(_switch, _far, _wireEnd);
    }

    private void TakeWireOut()
    {
        if (_wire is null) return;
        _wire.Dispose();
        _wire = null;
        Shell.Script($"ip -n {_switch} link delete {_wireEnd}", $"ip -n {_switch} link set {_far} master {Bridge}");
    }
}
