namespace ActorPipeline.Hosting.Explaining;

public sealed class ModelStorySpecs
{
    private static readonly ModelStory Classifier = Story("classifier");

    [Fact]
    public void Should_count_loads_and_time_in_memory_of_the_run_alone_when_a_probe_came_before()
    {
        Assert.Equal((1, 1, 10), (Classifier.Loads.Count, Classifier.Unloads, Classifier.Loads.Max));
        Assert.Equal((300, 1000), (Classifier.HeldMs, Classifier.RunMs));
        Assert.True(Classifier.Over);
    }

    [Fact]
    public void Should_say_how_long_it_waited_and_for_whom_when_there_was_no_room()
    {
        Assert.Equal((1, 140), (Classifier.Waits.Count, Classifier.Waits.Max));
        Assert.Equal((1, Bytes.MiB(24).Count, Bytes.MiB(10).Count), (Classifier.Waited.Count, Classifier.Waited.Need!.Value.Most, Classifier.Waited.Free!.Value.Least));
        Assert.Equal(("detector", 1), (Classifier.Asked.All[0].Who, Classifier.Asked.Count));
        var spared = Assert.Single(Classifier.CouldNotAsk.All);
        Assert.Equal(("its turn lasts", "detector", 1), (spared.What, spared.Who, spared.Count));
    }

    [Fact]
    public void Should_say_for_whom_it_left_and_what_it_cost_when_it_was_asked_to_yield()
    {
        var left = Assert.Single(Classifier.Left.All);
        Assert.Equal((ModelStory.Room, "detector", 1), (left.What, left.Who, left.Count));
        Assert.Equal(Bytes.MiB(30).Count, left.Need!.Value.Most);
        Assert.Equal((Bytes.MiB(18).Count, 10), (left.Frees!.Value.Most, left.Reload.P50));
        Assert.Equal(("its turn lasts", "detector"), (Assert.Single(Classifier.Spared.All).What, Classifier.Spared.All[0].Who));
    }

    [Fact]
    public void Should_show_its_lease_beside_what_others_held_when_it_was_denied()
    {
        Assert.Equal((Bytes.MiB(24).Count, Bytes.MiB(18).Count), (Classifier.LoadBytes, Classifier.ResidentBytes));
        Assert.Equal(new Holding("belt", "pool", Bytes.MiB(20).Count), Assert.Single(Classifier.Beside!));
        Assert.Equal(("Pressure", 1), (Assert.Single(Classifier.Denied.All).What, Classifier.Denied.Count));
        Assert.Equal(("backing off", "the machine leaves 30.0 MiB"), (Classifier.State, Classifier.StateReason));
        Assert.Equal(new Spread(Bytes.MiB(30).Count, Bytes.MiB(60).Count), Classifier.Budget);
    }

    [Fact]
    public void Should_count_a_decision_once_when_several_yield_because_of_it()
    {
        var decision = new DecisionNumbers("c", 10, 0, [new("a", 5, 0, 0, null, true), new("b", 5, 0, 0, null, true), new("d", 5, 0, 0, "pinned", false)]);
        DecisionLine[] lines =
        [
            new(10, DecisionEvent.Yielded) { Model = "a", Lease = "1.1", Decision = decision },
            new(10.1, DecisionEvent.Yielded) { Model = "b", Lease = "1.2", Decision = decision },
        ];
        var story = ModelStory.Of("c", new DecisionsRead(HandMadeLog.Header, lines, []));
        Assert.Equal(2, story.Asked.Count);
        Assert.Equal(("d", 1), (Assert.Single(story.CouldNotAsk.All).Who, story.CouldNotAsk.Count));
    }

    [Fact]
    public void Should_count_a_lease_from_where_the_log_begins_when_its_grant_is_no_longer_there()
    {
        DecisionLine[] lines = [new(50, DecisionEvent.Budget), new(80, DecisionEvent.Ended) { Model = "a", Lease = "1.1" }, new(150, DecisionEvent.Budget)];
        var story = ModelStory.Of("a", new DecisionsRead(HandMadeLog.Header with { Part = 7 }, lines, []));
        Assert.Equal((30, 100), (story.HeldMs, story.RunMs));
    }

    [Fact]
    public void Should_count_a_lease_until_the_log_ends_when_the_run_was_cut_off()
    {
        var story = ModelStory.Of("classifier", new DecisionsRead(HandMadeLog.Header, [.. HandMadeLog.Lines.TakeWhile(l => l.Ms < 550)], []));
        Assert.Equal(("resident", false), (story.State, story.Over));
        Assert.Equal((160, 400), (story.HeldMs, story.RunMs));
    }

    [Fact]
    public void Should_say_that_nothing_wanted_it_when_a_model_is_not_in_the_log()
    {
        Assert.Equal("never requested", Story("other").State);
        Assert.Equal(2, StoryText.Lines(Story("other"), HandMadeLog.Header).Count());
    }

    [Fact]
    public void Should_be_a_few_lines_with_all_numbers_when_shown_to_people()
    {
        Assert.Equal(
            """
            classifier of tiny, 2026-01-02 03:04:05 UTC
            state    backing off at the end of the run (the machine leaves 30.0 MiB); held memory for 0.3 of 1.0 s (30 %)
            lease    24.0 MiB to load, 18.0 MiB once loaded; the budget is 60.0 MiB, of which the machine left 30.0 MiB to 60.0 MiB
                     when it last had to wait, others held buffers of belt 20.0 MiB
            loads    1, p50 10 ms, at most 10 ms; once unloaded again
            waits    once for its lease, p50 140 ms, at most 140 ms
                     1 x there was no room at once: 24.0 MiB needed, 10.0 MiB free
                     1 x detector was asked to leave for it; that frees 30.0 MiB, and costs 20 ms to load again
                     1 x detector could not be asked: its turn was not over
            left     1 x detector needed room: 30.0 MiB needed, 22.0 MiB free; that frees 18.0 MiB, and costs 10 ms to load again
            spared   1 x when detector needed room: its turn was not over
            denied   1 x Pressure: 24.0 MiB needed, 10.0 MiB free; at last: the machine leaves 30.0 MiB
            failures 1 x backing-off; at last: the machine leaves 30.0 MiB
            """,
            string.Join("\n", StoryText.Lines(Classifier, HandMadeLog.Header)));
    }

    private static ModelStory Story(string model) => ModelStory.Of(model, new DecisionsRead(HandMadeLog.Header, HandMadeLog.Lines, []));
}
