using ActorPipeline.Cluster.Wire;
using Akka.Configuration;

namespace ActorPipeline.Cluster.Network;

public class ClusterAkkaSpecs
{
    private static readonly ClusterSettings Far = new()
    {
        Enabled = true, Name = "site", Roles = NodeRoles.Inference, Host = "0.0.0.0", PublicHost = "gate.example", Port = 4000, SeedNodes = ["10.0.0.6:2552", "[fd00::6]:2553"],
        AcceptablePause = TimeSpan.FromSeconds(12), DownAfter = TimeSpan.FromMinutes(2), InsecureNetwork = true,
    };

    private static Config Read(ClusterSettings settings) => ClusterAkka.Config(settings, settings.Name);

    [Fact]
    public void Should_listen_and_be_called_as_it_is_told()
    {
        var tcp = Read(Far).GetConfig("akka.remote.dot-netty.tcp");

        Assert.Equal(("0.0.0.0", "gate.example", 4000, false), (tcp.GetString("hostname"), tcp.GetString("public-hostname"), tcp.GetInt("port"), tcp.GetBoolean("enable-ssl")));
        Assert.Equal(WireLimits.FrameBytes, tcp.GetByteSize("maximum-frame-size"));
        Assert.True(tcp.GetByteSize("send-buffer-size") >= WireLimits.FrameBytes && tcp.GetByteSize("receive-buffer-size") >= WireLimits.FrameBytes);
    }

    [Fact]
    public void Should_ask_the_nodes_that_are_named_when_there_are_any() =>
        Assert.Equal(["akka.tcp://site@10.0.0.6:2552", "akka.tcp://site@[fd00::6]:2553"], Read(Far).GetStringList("akka.cluster.seed-nodes"));

    [Fact]
    public void Should_ask_them_by_tls_when_it_has_a_certificate() =>
        Assert.Equal(["akka.ssl.tcp://site@[::1]:2552"], Read(Far with { PublicHost = "", Host = "::1", Port = 2552, SeedNodes = [], Tls = new("a", "", "b") }).GetStringList("akka.cluster.seed-nodes"));

    [Fact]
    public void Should_found_a_cluster_when_none_are_named()
    {
        Assert.Equal(["akka.tcp://site@gate.example:4000"], Read(Far with { SeedNodes = [] }).GetStringList("akka.cluster.seed-nodes"));
        Assert.False(ClusterNetwork.Of(Far with { SeedNodes = [] }).JoinsItself);
        Assert.True(ClusterNetwork.Of(Far with { SeedNodes = [], Port = 0 }).JoinsItself);
    }

    [Theory]
    [InlineData(NodeRoles.Capture, new[] { "capture" })]
    [InlineData(NodeRoles.Inference, new[] { "inference" })]
    [InlineData(NodeRoles.Capture | NodeRoles.Inference, new[] { "capture", "inference" })]
    public void Should_have_its_roles(NodeRoles roles, string[] expected) => Assert.Equal(expected, Read(Far with { Roles = roles }).GetStringList("akka.cluster.roles"));

    [Theory]
    [InlineData(1, 333)]
    [InlineData(3, 1000)]
    [InlineData(12, 1000)]
    public void Should_wait_for_signs_of_life_as_long_as_it_is_told(int pause, int heartbeat)
    {
        var detector = Read(Far with { AcceptablePause = TimeSpan.FromSeconds(pause) }).GetConfig("akka.cluster.failure-detector");

        Assert.Equal(TimeSpan.FromSeconds(pause), detector.GetTimeSpan("acceptable-heartbeat-pause"));
        Assert.Equal(TimeSpan.FromMilliseconds(heartbeat), detector.GetTimeSpan("heartbeat-interval"));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3.9, true)]
    [InlineData(4.1, false)]
    public void Should_miss_a_node_when_it_stood_still_for_longer_than_the_pause(double seconds, bool available)
    {
        var now = TimeSpan.FromHours(1);
        var standard = new ClusterSettings();
        var detector = new Akka.Remote.DeadlineFailureDetector(standard.AcceptablePause, ClusterAkka.Heartbeat(standard), () => (long)now.TotalMilliseconds);
        // It stood still just before it would have spoken.
        detector.HeartBeat();
        now += TimeSpan.FromSeconds(seconds);

        Assert.Equal(available, detector.IsAvailable);
        Assert.Equal("Akka.Remote.DeadlineFailureDetector, Akka.Remote", Read(standard).GetString("akka.cluster.failure-detector.implementation-class"));
    }

    [Fact]
    public void Should_be_patient_and_leave_the_process_alone()
    {
        var config = Read(Far);

        Assert.Equal(TimeSpan.FromMinutes(2), config.GetTimeSpan(PatientDowning.DownAfter));
        Assert.Equal(typeof(PatientDowning), Type.GetType(config.GetString("akka.cluster.downing-provider-class")));
        Assert.False(config.GetBoolean("akka.coordinated-shutdown.exit-clr", true));
        Assert.False(config.GetBoolean("akka.cluster.run-coordinated-shutdown-when-down", true));
    }

    [Fact]
    public void Should_stay_text_when_a_setting_has_quotes() => Assert.Equal("a\"b\\", Read(Far with { PublicHost = "a\"b\\" }).GetString("akka.remote.dot-netty.tcp.public-hostname"));
}
