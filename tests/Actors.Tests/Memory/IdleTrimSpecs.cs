namespace ActorPipeline.Memory;

public class IdleTrimSpecs
{
    [Fact]
    public void Should_be_due_once_when_it_was_quiet_for_long_enough()
    {
        var idle = new IdleTrim();
        Assert.Equal([IdleTrim.After], Enumerable.Range(1, 100).Where(_ => idle.IsDue(quiet: true)));
    }

    [Fact]
    public void Should_begin_anew_when_something_ran()
    {
        var idle = new IdleTrim();
        for (var i = 1; i < IdleTrim.After; i++) Assert.False(idle.IsDue(quiet: true));
        Assert.False(idle.IsDue(quiet: false));
        Assert.Equal([IdleTrim.After], Enumerable.Range(1, 30).Where(_ => idle.IsDue(quiet: true)));
    }
}
