using ActorPipeline.Serving;
using Akka.Actor;
using Akka.Event;

namespace ActorPipeline.Hosting;

/// <summary>
/// Owns a family of actors by name. None is ever restarted: one that stopped is, where wanted, followed by a new incarnation after a
/// bounded, growing wait. What children say goes on to the parent.
/// </summary>
internal sealed class GroupActor : ReceiveActor, IWithTimers
{
    /// <summary>Makes a child of this name.</summary>
    internal sealed record Make(string Name, Props Props);

    /// <summary>Hands a message to the child of this name.</summary>
    internal sealed record To(string Name, object Message);

    /// <summary>Stops the child of this name and forgets it; its name is not given again.</summary>
    internal sealed record Drop(string Name);

    /// <summary>Says something to all children, and to each that comes later before anything else; the newest of a kind replaces those before it. Answered by <see cref="Announced"/>.</summary>
    internal sealed record Announce(object Message);

    /// <summary>It was said.</summary>
    /// <param name="Message">What.</param>
    /// <param name="Away">Children that are not there at present.</param>
    internal sealed record Announced(object Message, IReadOnlyList<string> Away);

    /// <summary>To the parent: a child stopped.</summary>
    /// <param name="Name">Which.</param>
    /// <param name="ComesBack">Whether a new incarnation follows.</param>
    internal sealed record ChildStopped(string Name, bool ComesBack);

    private sealed record MakeAgain(string Name) : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record Settled(string Name) : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed class Child(Props props, Backoff backoff)
    {
        public Props Props { get; } = props;

        public Backoff Backoff { get; } = backoff;

        public IActorRef? Actor { get; set; }

        /// <summary>What was said to it while it was away.</summary>
        public Queue<(object Message, IActorRef From)> Waiting { get; } = new();
    }

    private readonly Dictionary<string, Child> _children = [];
    private readonly OrderedDictionary<Type, object> _announced = [];
    private readonly ServingSettings? _comesBack;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="comesBack">How new incarnations follow; null for none.</param>
    public GroupActor(ServingSettings? comesBack)
    {
        _comesBack = comesBack;
        Receive<Make>(OnMake);
        Receive<To>(OnTo);
        Receive<Drop>(OnDrop);
        Receive<Announce>(OnAnnounce);
        Receive<MakeAgain>(again => Start(again.Name));
        Receive<Settled>(settled => { if (_children.TryGetValue(settled.Name, out var child)) child.Backoff.Succeed(); });
        Receive<Terminated>(OnStopped);
        ReceiveAny(message => Context.Parent.Forward(message));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    private void OnMake(Make make)
    {
        var settings = _comesBack ?? new ServingSettings();
        _children[make.Name] = new Child(make.Props, new Backoff(settings.BackoffMin, settings.BackoffMax, settings.MaxFailures));
        Start(make.Name);
    }

    private void OnTo(To to)
    {
        if (!_children.TryGetValue(to.Name, out var child)) return;
        if (child.Actor is { } actor) actor.Tell(to.Message, Sender);
        else if (Timers.IsTimerActive(to.Name)) child.Waiting.Enqueue((to.Message, Sender));
    }

    private void OnDrop(Drop drop)
    {
        if (!_children.Remove(drop.Name, out var child)) return;
        Timers.Cancel(drop.Name);
        Timers.Cancel(SettledTimer(drop.Name));
        if (child.Actor is { } actor) Context.Stop(actor);
    }

    private void OnAnnounce(Announce announce)
    {
        _announced[announce.Message.GetType()] = announce.Message;
        foreach (var child in _children.Values) child.Actor?.Tell(announce.Message, Sender);
        Sender.Tell(new Announced(announce.Message, [.. _children.Where(c => c.Value.Actor is null).Select(c => c.Key)]));
    }

    private void Start(string name)
    {
        var child = _children[name];
        child.Actor = Context.Watch(Context.ActorOf(child.Props, name));
        foreach (var message in _announced.Values) child.Actor.Tell(message);
        // One that has lived so long is sound again: failures far apart do not add up.
        if (_comesBack is not null) Timers.StartSingleTimer(SettledTimer(name), new Settled(name), _comesBack.BackoffMax);
        while (child.Waiting.TryDequeue(out var waiting)) child.Actor.Tell(waiting.Message, waiting.From);
    }

    private void OnStopped(Terminated stopped)
    {
        var (name, child) = _children.FirstOrDefault(c => stopped.ActorRef.Equals(c.Value.Actor));
        if (child is null) return;
        child.Actor = null;
        Timers.Cancel(SettledTimer(name));
        var wait = child.Backoff.Fail();
        if (_comesBack is null || child.Backoff.GivenUp)
        {
            Context.Parent.Tell(new ChildStopped(name, ComesBack: false));
            return;
        }
        Context.Parent.Tell(new ChildStopped(name, ComesBack: true));
        _log.Warning("{Name} stopped; a new one follows in {Wait} ms", name, wait.TotalMilliseconds);
        Timers.StartSingleTimer(name, new MakeAgain(name), wait);
    }

    private static string SettledTimer(string name) => $"{name} settled";
}
