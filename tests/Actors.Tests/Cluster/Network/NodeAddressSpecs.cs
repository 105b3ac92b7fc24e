namespace ActorPipeline.Cluster.Network;

public class NodeAddressSpecs
{
    [Theory]
    [InlineData("gate", true)]
    [InlineData("gate-1.site.example", true)]
    [InlineData("edge_1", true)]
    [InlineData("10.0.0.5", true)]
    [InlineData("::1", true)]
    [InlineData("[fd00::5]", true)]
    [InlineData("1.2.3", false)]
    [InlineData("10.0.0.256", false)]
    [InlineData("42", false)]
    [InlineData("[10.0.0.5]", false)]
    [InlineData("-gate", false)]
    [InlineData("a..b", false)]
    [InlineData("gate/x", false)]
    [InlineData("fe80::1%eth0", false)]
    [InlineData("", false)]
    public void Should_know_a_host_when_it_sees_one(string text, bool expected) => Assert.Equal(expected, NodeAddress.IsHost(text));

    [Theory]
    [InlineData("gate:1", "gate", 1)]
    [InlineData("10.0.0.5:65535", "10.0.0.5", 65535)]
    [InlineData("[::1]:2552", "::1", 2552)]
    [InlineData("::1:2552", "", 0)]
    [InlineData("gate", "", 0)]
    [InlineData("gate:65536", "", 0)]
    [InlineData("gate:+1", "", 0)]
    [InlineData(":2552", "", 0)]
    public void Should_part_host_and_port_when_both_are_there(string text, string host, int port) => Assert.Equal((host, port), NodeAddress.Split(text));

    [Theory]
    [InlineData("::1", "[::1]")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("10.0.0.5", "10.0.0.5")]
    [InlineData("gate", "gate")]
    public void Should_put_brackets_where_a_port_follows(string host, string expected) => Assert.Equal(expected, NodeAddress.Bracketed(host));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.0.1", true)]
    [InlineData("LocalHost", true)]
    [InlineData("::1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.0.0.5", false)]
    [InlineData("gate", false)]
    public void Should_know_loopback_when_it_sees_it(string host, bool expected) => Assert.Equal(expected, NodeAddress.IsLoopback(host));
}
