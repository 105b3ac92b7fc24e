namespace ActorPipeline.Simulation;

/// <summary>Virtual time, and the network between the nodes of each site.</summary>
internal sealed class ClusterWorld(ClusterRecipe recipe, NodeMake[] makes)
{
    private readonly PriorityQueue<Action, (long Ticks, long Number)> _events = new();
    private readonly SimulatedNode?[] _nodes = new SimulatedNode?[makes.Length];
    private readonly TimeSpan[] _wireFreeAt = new TimeSpan[makes.Length];
    private long _number;

    public ClusterRecipe Recipe => recipe;

    public ClusterBooks Books { get; } = new(recipe);

    public TimeSpan Now { get; private set; }

    public bool IsOver => Now >= recipe.Length;

    public NodeMake Make(int node) => makes[node];

    public SimulatedNode? this[int node]
    {
        get => _nodes[node];
        set => _nodes[node] = value;
    }

    /// <summary>Plays until nothing happens any more.</summary>
    public void Play()
    {
        while (_events.TryDequeue(out var happening, out var at))
        {
            Now = TimeSpan.FromTicks(at.Ticks);
            happening();
        }
    }

    public void At(TimeSpan at, Action happening) => _events.Enqueue(happening, (Math.Max(at.Ticks, Now.Ticks), _number++));

    /// <summary>Something of a life of a node, which does not happen any more once that is over.</summary>
    public void At(TimeSpan at, SimulatedNode life, Action happening) => At(at, () =>
    {
        if (!life.IsDead) happening();
    });

    /// <summary>Sends bytes to a node; whoever lives there when they arrive gets them. What one node sends is sent one after the other.</summary>
    public void Send(int from, int to, long bytes, Action<SimulatedNode> arrive)
    {
        var (sender, receiver) = (makes[from], makes[to]);
        var begins = _wireFreeAt[from] > Now ? _wireFreeAt[from] : Now;
        var sent = begins + TimeSpan.FromSeconds(bytes / Math.Min(sender.Bandwidth, receiver.Bandwidth));
        _wireFreeAt[from] = sent;
        At(sent + ((sender.Way + receiver.Way) / 2), () =>
        {
            if (_nodes[to] is { IsDead: false } node) arrive(node);
        });
    }

    /// <summary>The other nodes of a node's site.</summary>
    public IEnumerable<int> Site(int node)
    {
        var first = node / recipe.Site * recipe.Site;
        for (var other = first; other < Math.Min(first + recipe.Site, makes.Length); other++)
            if (other != node) yield return other;
    }
}
