using ActorPipeline.Serving;
using ActorPipeline.Support;
using Akka.Actor;
using Akka.TestKit;

namespace ActorPipeline.Hosting;

/// <summary>What is said to all children, and to those that come later.</summary>
public sealed class GroupActorAnnounceSpecs : VirtualTimeKit
{
    private sealed record News(int Number);

    private sealed class Child : ReceiveActor
    {
        public Child(string name, IActorRef to) => ReceiveAny(message => to.Tell((name, message)));
    }

    private static readonly ServingSettings Settings = new() { BackoffMin = TimeSpan.FromMilliseconds(200), MaxFailures = 2 };

    private readonly TestProbe _parent;
    private readonly TestProbe _children;
    private readonly IActorRef _group;

    public GroupActorAnnounceSpecs()
    {
        (_parent, _children) = (CreateTestProbe(), CreateTestProbe());
        _group = _parent.ChildActorOf(Props.Create(() => new GroupActor(Settings)), "group");
    }

    [Fact]
    public void Should_say_it_to_all_who_live_and_answer_that_nobody_is_away()
    {
        Make("one");
        Make("two");

        Assert.Empty(Announce(new News(1)).Away);

        Assert.Equal([("one", new News(1)), ("two", new News(1))], Heard(2).OrderBy(h => h.Item1));
    }

    [Fact]
    public void Should_name_who_is_away_and_say_it_to_its_next_incarnation_first()
    {
        Make("one");
        Stop("one");
        _group.Tell(new GroupActor.To("one", "waits"));

        Assert.Equal(["one"], Announce(new News(1)).Away);
        Advance(Settings.BackoffMin);

        Assert.Equal([("one", new News(1)), ("one", "waits")], Heard(2));
    }

    [Fact]
    public void Should_name_who_will_not_come_back()
    {
        Make("one");
        Stop("one");
        Advance(Settings.BackoffMin);
        _group.Tell(new GroupActor.To("one", "here"));
        Heard(1);
        Stop("one");

        Assert.Equal(["one"], Announce(new News(1)).Away);
        Advance(TimeSpan.FromMinutes(1));
        Silent(_children);
    }

    [Fact]
    public void Should_say_the_newest_of_each_kind_in_their_order_when_a_child_comes_later()
    {
        Announce(new News(1));
        Announce("a word");
        Announce(new News(2));

        Make("one");

        Assert.Equal([("one", new News(2)), ("one", "a word")], Heard(2));
        Silent(_children);
    }

    private void Make(string name)
    {
        var (called, to) = (name, (IActorRef)_children);
        _group.Tell(new GroupActor.Make(name, Props.Create(() => new Child(called, to))));
        Settle();
    }

    private GroupActor.Announced Announce(object message)
    {
        var asker = CreateTestProbe();
        _group.Tell(new GroupActor.Announce(message), asker);
        var announced = asker.ExpectMsg<GroupActor.Announced>();
        Assert.Equal(message, announced.Message);
        return announced;
    }

    private void Stop(string name)
    {
        Sys.ActorSelection(_group.Path / name).Tell(PoisonPill.Instance);
        _parent.ExpectMsg<GroupActor.ChildStopped>();
        Settle();
    }

    /// <summary>An answer proves that all that came before was handled.</summary>
    private void Settle()
    {
        var asker = CreateTestProbe();
        _group.Tell(new Identify(1), asker);
        asker.ExpectMsg<ActorIdentity>();
    }

    private (string, object)[] Heard(int count) => [.. Enumerable.Range(0, count).Select(_ => _children.ExpectMsg<(string, object)>())];
}
