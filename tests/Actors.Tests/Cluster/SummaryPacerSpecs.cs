using FsCheck.Xunit;
using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

public sealed class SummaryPacerSpecs
{
    private readonly SummaryPacer _pacer = new(new PacerLimits());

    [Fact]
    public void Should_speak_at_once_when_it_never_did()
    {
        Assert.Equal(1, _pacer.Next(Summary("a", 99), At(100))!.Counter);
        Assert.Equal(At(105), _pacer.DueAt);
    }

    [Fact]
    public void Should_give_a_sign_of_life_when_nothing_changes()
    {
        _pacer.Next(Summary("a"), At(0));

        Assert.Null(_pacer.Next(Summary("a"), At(4.99)));
        Assert.Equal(2, _pacer.Next(Summary("a"), At(5))!.Counter);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Should_speak_at_once_but_not_too_often_when_what_is_ready_or_its_leaving_changes(bool ready, bool leaving)
    {
        var changed = Summary("a", leaving: leaving, models: Held(ready: !ready));
        _pacer.Next(Summary("a"), At(0));

        Assert.Null(_pacer.Next(changed, At(0.1)));
        Assert.Equal(At(0.2), _pacer.DueAt);
        Assert.NotNull(_pacer.Next(changed, At(0.2)));
    }

    [Fact]
    public void Should_say_nothing_when_models_only_change_places()
    {
        _pacer.Next(Summary("a", models: [Held(), Held(OtherModel)]), At(0));

        Assert.Null(_pacer.Next(Summary("a", models: [Held(OtherModel), Held()]), At(4)));
    }

    [Theory]
    [InlineData(100, 4, 0, true)]
    [InlineData(15, 4, 0, false)]
    [InlineData(0, 4, 0.3, true)]
    [InlineData(0, 4, 0.1, false)]
    [InlineData(0, 9, 0, true)]
    [InlineData(0, 5, 0, false)]
    public void Should_speak_within_a_second_when_figures_move_noticeably(double queueMs, double runMs, double load, bool tells)
    {
        var changed = Summary("a", load: load, models: Held(queueMs: queueMs, runMs: runMs));
        _pacer.Next(Summary("a"), At(0));

        Assert.Null(_pacer.Next(changed, At(0.9)));
        Assert.Equal(tells, _pacer.Next(changed, At(1)) is not null);
    }

    [Fact]
    public void Should_tell_what_nobody_knew_when_it_is_known()
    {
        _pacer.Next(Summary("a", models: Held(runMs: 0)), At(0));

        Assert.NotNull(_pacer.Next(Summary("a", models: Held(runMs: 0.5)), At(1)));
    }

    [Fact]
    public void Should_leave_out_what_is_not_ready_first_when_there_are_too_many_models()
    {
        var models = Enumerable.Range(0, 40).Select(i => Held(new SharedModel($"{i:00}", "x"), ready: i >= 30)).ToArray();

        var told = _pacer.Next(Summary("a", models: models), At(0))!;

        Assert.Equal((NodeSummary.MostModels, 10), (told.Models.Count, told.Models.Count(m => m.Ready)));
    }

    [Fact]
    public void Should_go_on_counting_when_it_follows_another_of_the_same_life() =>
        Assert.Equal(8, new SummaryPacer(new PacerLimits(), last: 7).Next(Summary("a"), At(0))!.Counter);

    [Property(MaxTest = 200)]
    public void Should_keep_its_pace_and_end_with_the_truth_when_anything_changes((byte Wait, byte What, byte Value)[] changes)
    {
        var pacer = new SummaryPacer(new PacerLimits());
        var (now, model, leaving, load) = (At(0), Held(), false, 0.0);
        var (published, told) = (new List<TimeSpan>(), (NodeSummary?)null);
        foreach (var (wait, what, value) in changes)
        {
            Offer(now + Ms(wait * 4));
            switch (what % 4)
            {
                case 0: model = model with { Ready = value % 2 == 0 }; break;
                case 1: model = model with { Queue = Ms(value) }; break;
                case 2: leaving = value % 8 == 0; break;
                case 3: load = value / 255.0; break;
            }
            Offer(now);
        }
        Offer(pacer.DueAt);

        for (var i = 1; i < published.Count; i++) Assert.InRange(published[i] - published[i - 1], Ms(200), At(5));
        Assert.Equal(published.Count, (int)told!.Counter);
        Assert.Equal((leaving, model.Ready), (told.Leaving, told.Models[0].Ready));

        // As the owner does: at each change, and when it is due.
        void Offer(TimeSpan until)
        {
            do
            {
                if (pacer.DueAt > now && pacer.DueAt <= until && told is not null) now = pacer.DueAt;
                else now = until;
                if (pacer.Next(Summary("a", load: load, leaving: leaving, models: model), now) is not { } next) continue;
                published.Add(now);
                told = next;
            }
            while (now < until);
        }
    }
}
