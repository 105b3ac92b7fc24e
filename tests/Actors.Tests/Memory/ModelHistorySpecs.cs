namespace ActorPipeline.Memory;

public sealed class ModelHistorySpecs
{
    private readonly ModelHistory _history = new();

    [Fact]
    public void Should_know_no_interval_when_it_was_wanted_once()
    {
        Wanted(0, 100);

        Assert.Null(_history.MeanInterval);
        Assert.Equal(At(100), _history.LastUsed);
    }

    [Fact]
    public void Should_count_from_the_end_of_one_demand_to_the_beginning_of_the_next_when_it_comes_back()
    {
        Wanted(0, 100);
        Wanted(600, 700);

        Assert.Equal(At(500), _history.MeanInterval);
    }

    [Fact]
    public void Should_take_lulls_for_none_when_they_are_shorter_than_a_load()
    {
        _history.Loaded(At(200), At(0));
        Wanted(0, 100);
        Wanted(250, 300);
        Wanted(1300, 1400);

        Assert.Equal(At(1000), _history.MeanInterval);
    }

    [Fact]
    public void Should_follow_when_intervals_change()
    {
        var now = 0;
        for (var i = 0; i < 20; i++, now += 100) Wanted(now, now + 1);
        for (var i = 0; i < 20; i++, now += 1000) Wanted(now, now + 1);

        Assert.InRange(_history.MeanInterval!.Value, At(950), At(1000));
    }

    [Fact]
    public void Should_keep_the_shortest_load_when_others_had_to_wait()
    {
        _history.Loaded(At(200), At(0));
        _history.Loaded(At(150), At(1));
        _history.Loaded(At(900), At(2));

        Assert.Equal(At(150), _history.ReloadTime);
    }

    private static TimeSpan At(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private void Wanted(int from, int to)
    {
        _history.Demand(true, At(from));
        _history.Demand(false, At(to));
    }
}
