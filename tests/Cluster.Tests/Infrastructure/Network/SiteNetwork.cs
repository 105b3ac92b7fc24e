using System.Globalization;
using System.Net;

namespace ActorPipeline.ClusterTests;

/// <summary>
/// A made-up site: a switch (a bridge in a network namespace of its own), and for each node a namespace with a link to it and an address.
/// Nothing of it is seen from the machine's own network, and nothing outside can be reached from it. Made with <c>ip</c> and <c>tc</c> alone.
/// </summary>
internal sealed class SiteNetwork : IAsyncDisposable
{
    private static readonly Lazy<string?> Reason = new(Probe);
    private static int _sites;

    private readonly Dictionary<string, SiteNode> _nodes = [];
    private readonly string _switch = Owner.Name("switch");
    private readonly int _subnet = Interlocked.Increment(ref _sites) % 250;

    private SiteNetwork()
    {
    }

    /// <value>Why there can be no such networks here, found by making one; null where there can.</value>
    public static string? WhyNot => Reason.Value;

    /// <value>The nodes, in the order they were added.</value>
    public IReadOnlyCollection<SiteNode> Nodes => _nodes.Values;

    /// <summary>A node by its name.</summary>
    public SiteNode this[string name] => _nodes[name];

    /// <summary>Makes a site.</summary>
    /// <param name="nodes">Names of its nodes: letters and digits.</param>
    public static SiteNetwork Create(params IEnumerable<string> nodes)
    {
        Leftovers.RemoveOnce();
        var site = new SiteNetwork();
        try
        {
            Shell.Script(
                $"ip netns add {site._switch}",
                $"ip -n {site._switch} link add {SiteNode.Bridge} type bridge forward_delay 0",
                $"ip -n {site._switch} link set {SiteNode.Bridge} addrgenmode none",
                $"ip -n {site._switch} link set {SiteNode.Bridge} up");
            foreach (var node in nodes) site.Add(node);
            return site;
        }
        catch
        {
            site.Remove();
            throw;
        }
    }

    /// <summary>Adds a node; also later, for one that joins.</summary>
    public SiteNode Add(string name)
    {
        var number = _nodes.Count + 1;
        var address = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.77.{_subnet}.{number}"));
        var node = new SiteNode(name, address, Owner.Name(name), _switch, number);
        _nodes.Add(name, node);
        node.Make();
        return node;
    }

    /// <summary>Cuts a site in two: nodes on one side see each other and nobody else. Mend each of them, or <see cref="Mend"/>, undoes it.</summary>
    public static void Part(IReadOnlyCollection<SiteNode> some, IReadOnlyCollection<SiteNode> others)
    {
        foreach (var node in some) node.CutTo(others);
        foreach (var node in others) node.CutTo(some);
    }

    /// <summary>Mends all nodes.</summary>
    public void Mend()
    {
        foreach (var node in _nodes.Values) node.Mend();
    }

    public ValueTask DisposeAsync()
    {
        Remove();
        return ValueTask.CompletedTask;
    }

    private void Remove()
    {
        foreach (var node in _nodes.Values) node.Remove();
        Shell.TryRun("ip", ["netns", "delete", _switch]);
    }

    private static string? Probe()
    {
        if (NodeProcess.WhyNot is { } reason) return reason;
        if (!Environment.IsPrivilegedProcess) return "network namespaces need root";
        string[][] needed = [["ip", "-V"], ["tc", "-V"], ["nsenter", "--version"]];
        if (needed.Select(command => Shell.Complaint(command[0], command[1..])).FirstOrDefault(c => c is not null) is { } missing)
            return $"network namespaces: {missing}";
        try
        {
            var site = Create("probe");
            try
            {
                site["probe"].Cut();
                site["probe"].Delay(TimeSpan.FromMilliseconds(1));
                site["probe"].Narrow(1_000_000);
                site["probe"].Clear();
                using (site["probe"].CreateSocket()) return null;
            }
            finally
            {
                site.Remove();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException or TimeoutException or System.Net.Sockets.SocketException)
        {
            return $"network namespaces cannot be made here: {e.Message.ReplaceLineEndings(" ")}";
        }
    }
}
