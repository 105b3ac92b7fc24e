using System.Runtime.Serialization;
using Akka.Actor;
using static ActorPipeline.Cluster.Network.NetworkKit;

namespace ActorPipeline.Cluster.Network;

/// <summary>What is not of the protocol does not cross, and makes no objects here; what is, still does.</summary>
public sealed class StrangeMessageSpecs : IAsyncDisposable
{
    private const string After = "after it";

    private readonly NetworkKit _kit = new();

    public ValueTask DisposeAsync() => _kit.DisposeAsync();

    [Fact]
    public void Should_not_send_what_is_not_of_the_protocol()
    {
        var nodes = _kit.Together(2);
        var (actor, got) = Keeper(nodes[1], "desk");
        var far = Far(nodes[0], nodes[1], actor);

        far.Tell(new Secret("not for others"));
        far.Tell(After);

        Until(() => !got.IsEmpty, "what came after it arrived");
        Assert.Equal([After], got);
        UntilWarned(nodes[0], "Secret was to be sent, and is refused");
    }

    [Fact]
    public void Should_make_no_object_of_a_named_type_when_a_neighbour_sends_one() => Refuses(far => far.Tell(new Trap("x")), "An object by its type's name (serializer 1) does not cross the wire between nodes: a message came");

    [Fact]
    public void Should_make_no_exception_of_a_named_type_when_a_neighbour_failed() => Refuses(far => far.Tell(new Status.Failure(new TrapException("x"))), "'STF' (serializer 16)");

    [Fact]
    public void Should_make_no_actor_when_a_neighbour_wants_one_here()
    {
        var (node, stranger) = (_kit.Node(), _kit.Stranger());
        TrapActor.Made = 0;

        var actor = stranger.ActorOf(Props.Create(() => new TrapActor()).WithDeploy(Deploy.None.WithScope(new RemoteScope(Of(node).SelfAddress))), "trap");
        actor.Tell(After);

        UntilWarned(node, "Making an actor on another node (serializer 3) does not cross the wire");
        Assert.Equal(0, TrapActor.Made);
    }

    [Fact]
    public void Should_not_die_when_a_neighbour_says_so() => Refuses(far => far.Tell(PoisonPill.Instance), "'PP' (serializer 16)");

    [Fact]
    public void Should_answer_no_selection_when_it_is_not_of_the_cluster()
    {
        var (node, stranger) = (_kit.Node(), _kit.Stranger());
        var (actor, got) = Keeper(node, "desk");

        stranger.ActorSelection(actor.Path.ToStringWithAddress(Of(node).SelfAddress)).Tell("by selection");
        Far(stranger, node, actor).Tell(After);

        Until(() => !got.IsEmpty, "what came after it arrived");
        Assert.Equal([After], got);
    }

    private void Refuses(Action<IActorRef> send, string expected)
    {
        var (node, stranger) = (_kit.Node(), _kit.Stranger());
        var (actor, got) = Keeper(node, "desk");
        var far = Far(stranger, node, actor);
        (Trap.Made, TrapException.Made) = (0, 0);

        send(far);
        var made = Trap.Made + TrapException.Made;
        far.Tell(After);

        Until(() => !got.IsEmpty, "what came after it arrived");
        Assert.Equal([After], got);
        Assert.Equal(made, Trap.Made + TrapException.Made);
        UntilWarned(node, expected, "is refused");
    }

    private sealed record Secret(string Text);

    public sealed class Trap
    {
        public Trap(string text)
        {
            Text = text;
            Interlocked.Increment(ref Made);
        }

        public static int Made;

        public string Text { get; }
    }

    public sealed class TrapException : Exception
    {
        public TrapException(string text)
            : base(text)
        {
        }

#pragma warning disable SYSLIB0051 // It is what Akka calls.
        public TrapException(SerializationInfo info, StreamingContext context)
            : base(info, context) => Interlocked.Increment(ref Made);
#pragma warning restore SYSLIB0051

        public static int Made;
    }

    public sealed class TrapActor : ReceiveActor
    {
        public TrapActor() => Interlocked.Increment(ref Made);

        public static int Made;
    }
}
