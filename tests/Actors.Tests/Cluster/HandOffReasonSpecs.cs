using ActorPipeline.Cluster;

namespace ActorPipeline.Tests.Cluster;

public class HandOffReasonSpecs
{
    [Theory]
    [InlineData("full", "full")]
    [InlineData("run-timeout", "run-timeout")]
    [InlineData("", "neighbour-failed")]
    [InlineData("answered", "neighbour-failed")]
    [InlineData("Full", "neighbour-failed")]
    [InlineData("anything that is made up", "neighbour-failed")]
    public void Should_count_no_word_that_a_neighbour_made_up(string said, string counted) => Assert.Equal(counted, HandOffReason.Of(said));
}
