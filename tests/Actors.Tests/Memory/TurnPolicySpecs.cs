namespace ActorPipeline.Memory;

public sealed class TurnPolicySpecs
{
    [Fact]
    public void Should_swap_at_once_when_no_other_model_works() => Assert.Equal(Ms(5), At(othersWork: false));

    [Fact]
    public void Should_wait_in_proportion_to_the_victims_loads_when_others_work() => Assert.Equal(Ms(3600), At(othersWork: true));

    [Fact]
    public void Should_swap_when_it_has_waited_that_long() => Assert.Equal(Ms(3601), At(othersWork: true, now: 3601));

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static TimeSpan At(bool othersWork, int now = 5) =>
        TurnPolicy.SwapAt(waitsSince: Ms(0), reload: Ms(300), othersWork, Ms(now));
}
