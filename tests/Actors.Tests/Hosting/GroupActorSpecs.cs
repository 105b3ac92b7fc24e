using ActorPipeline.Serving;
using ActorPipeline.Support;
using Akka.Actor;
using Akka.TestKit;

namespace ActorPipeline.Hosting;

public sealed class GroupActorSpecs : VirtualTimeKit
{
    /// <summary>Says when it begins, and passes on what it gets.</summary>
    private sealed class Child : ReceiveActor
    {
        private readonly IActorRef _to;

        public Child(IActorRef to)
        {
            _to = to;
            Receive<string>(text => to.Tell(text, Sender));
        }

        protected override void PreStart() => _to.Tell("begins");
    }

    private static readonly ServingSettings Settings = new() { BackoffMin = TimeSpan.FromMilliseconds(200), MaxFailures = 3 };

    private readonly TestProbe _parent;
    private readonly TestProbe _child;

    public GroupActorSpecs() => (_parent, _child) = (CreateTestProbe(), CreateTestProbe());

    [Fact]
    public void Should_start_a_new_incarnation_after_a_wait_when_a_child_stops()
    {
        var group = Make(Settings);

        Stop(group);
        Assert.Equal(new GroupActor.ChildStopped("one", ComesBack: true), _parent.ExpectMsg<GroupActor.ChildStopped>());
        // What is said to it meanwhile waits for it.
        group.Tell(new GroupActor.To("one", "while away"));
        Silent(_child);
        Advance(TimeSpan.FromMilliseconds(200));

        Assert.Equal("begins", _child.ExpectMsg<string>());
        Assert.Equal("while away", _child.ExpectMsg<string>());
    }

    [Fact]
    public void Should_say_that_it_will_not_come_back_when_a_child_stops_to_the_bound()
    {
        var group = Make(Settings);
        for (var i = 0; i < 2; i++)
        {
            Stop(group);
            Assert.True(_parent.ExpectMsg<GroupActor.ChildStopped>().ComesBack);
            AdvanceUntil(() => Assert.True(_child.HasMessages), TimeSpan.FromMilliseconds(100));
            _child.ExpectMsg("begins");
        }

        Stop(group);

        Assert.False(_parent.ExpectMsg<GroupActor.ChildStopped>().ComesBack);
        Advance(TimeSpan.FromMinutes(1));
        Silent(_child);
    }

    [Fact]
    public void Should_count_failures_anew_when_a_child_has_lived_long_enough()
    {
        var group = Make(Settings);
        for (var i = 0; i < 2 * Settings.MaxFailures; i++)
        {
            Advance(Settings.BackoffMax);
            Stop(group);
            Assert.True(_parent.ExpectMsg<GroupActor.ChildStopped>().ComesBack);
            AdvanceUntil(() => Assert.True(_child.HasMessages), TimeSpan.FromMilliseconds(100));
            _child.ExpectMsg("begins");
        }
    }

    [Fact]
    public void Should_never_start_anew_when_its_children_are_not_to_come_back()
    {
        var group = Make(comesBack: null);

        Stop(group);

        Assert.False(_parent.ExpectMsg<GroupActor.ChildStopped>().ComesBack);
    }

    [Fact]
    public void Should_pass_on_what_a_child_says_when_it_is_meant_for_the_parent()
    {
        var group = Make(Settings);

        group.Tell("from a child", _child);

        Assert.Equal("from a child", _parent.ExpectMsg<string>());
        Assert.Equal(_child, _parent.LastSender);
    }

    private IActorRef Make(ServingSettings? comesBack)
    {
        var to = (IActorRef)_child;
        var group = _parent.ChildActorOf(Props.Create(() => new GroupActor(comesBack)), "group");
        group.Tell(new GroupActor.Make("one", Props.Create(() => new Child(to))));
        _child.ExpectMsg("begins");
        return group;
    }

    private void Stop(IActorRef group) => Sys.ActorSelection(group.Path / "one").Tell(PoisonPill.Instance);
}
