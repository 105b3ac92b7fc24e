using ActorPipeline.Cluster;
using ActorPipeline.Hosting.Configuration;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class ClusterBinderSpecs
{
    private const string Model = "actor-pipeline.models.d { path = d.onnx, kind = picodet }\n";

    private static ConfigurationResult Read(string keys, params (string Name, string Value)[] environment) =>
        ActorPipelineConfiguration.Read(Model + $"actor-pipeline.cluster {{ enabled = on, {keys} }}", "test.conf", Given.Lookup(environment), baseDirectory: "/etc/site");

    private static ClusterSettings Settings(string keys, params (string Name, string Value)[] environment)
    {
        var result = Read(keys, environment);
        Assert.Empty(result.Errors);
        return result.Settings!.Cluster;
    }

    [Fact]
    public void Should_be_no_node_when_nothing_is_said() => Assert.Equivalent(new ClusterSettings(), Given.Configuration(Model).Settings!.Cluster, strict: true);

    [Fact]
    public void Should_bind_every_key_when_all_are_given() => Assert.Equivalent(
        new ClusterSettings
        {
            Enabled = true, Name = "site-7", Node = "gate.north_1", Roles = NodeRoles.Inference, Host = "10.0.0.5", PublicHost = "gate.example", Port = 4000,
            SeedNodes = ["10.0.0.6:2552", "[fd00::6]:2553"], InsecureNetwork = true, Tls = new ClusterTlsSettings("/etc/site/gate.p12", " $ecret\t", "/ca.crt"),
            Crops = CropEncoding.Raw, JpegQuality = 75, AcceptablePause = TimeSpan.FromSeconds(5), DownAfter = TimeSpan.FromMinutes(2),
            Desk = new DeskSettings { Credit = Bytes.MiB(8), Batches = 3, MaxCrops = 32 },
        },
        Settings("""
            name = site-7, node = "gate.north_1", roles = [inference], host = "10.0.0.5", public-host = gate.example, port = 4000
            seed-nodes = ["10.0.0.6:2552", "[fd00::6]:2553"], insecure-network = on
            tls { certificate = gate.p12, password = " $ecret\t", authority = "/ca.crt" }
            crops = raw, jpeg-quality = 75, acceptable-pause = 5 s, down-after = 2 min
            desk { credit = 8 MiB, batches = 3, max-crops = 32 }
            """),
        strict: true);

    [Theory]
    [InlineData("\"[::1]\"", "::1")]
    [InlineData("\"::1\"", "::1")]
    [InlineData("localhost", "localhost")]
    [InlineData("\"127.0.0.2\"", "127.0.0.2")]
    public void Should_take_a_host_as_loopback_when_it_is(string written, string host) => Assert.Equal(host, Settings("host = " + written).Host);

    [Theory]
    [InlineData("roles = [capture, inference]", NodeRoles.Capture | NodeRoles.Inference)]
    [InlineData("roles = [capture]", NodeRoles.Capture)]
    public void Should_have_the_roles_that_are_written(string keys, NodeRoles expected) => Assert.Equal(expected, Settings(keys).Roles);

    [Theory]
    [InlineData("name = \"my site\"", "name: expected a name of letters, digits and '-' that begins with a letter or digit, of 64 characters at most, found \"my site\"")]
    [InlineData("name = \"-a\"", "name: expected a name of letters, digits and '-' that begins with a letter or digit, of 64 characters at most, found \"-a\"")]
    [InlineData("node = \"a/b\"", "node: expected a name of letters, digits, '.', '-' and '_' of 64 characters at most, or \"\", found \"a/b\"")]
    [InlineData("roles = []", "roles: expected a list of capture, inference, at least one, none twice, found []")]
    [InlineData("roles = [kitchen]", "roles: expected a list of capture, inference, at least one, none twice, found [kitchen]")]
    [InlineData("roles = [capture, capture]", "roles: expected a list of capture, inference, at least one, none twice, found [capture, capture]")]
    [InlineData("roles = [none]", "roles: expected a list of capture, inference, at least one, none twice, found [none]")]
    [InlineData("host = \"10.0.0.999\"", "host: expected an address or a host's name, found \"10.0.0.999\"")]
    [InlineData("host = \"a:2552\"", "host: expected an address or a host's name, found \"a:2552\"")]
    [InlineData("public-host = \"0.0.0.0\"", "public-host: expected an address or a host's name by which others reach it, or \"\", found \"0.0.0.0\"")]
    [InlineData("port = 65536", "port: expected a whole number from 0 to 65535, found \"65536\"")]
    [InlineData("seed-nodes = [\"localhost\"]", "seed-nodes: expected a list of \"host:port\", an IPv6 address in brackets as in \"[::1]:2552\", found [localhost]")]
    [InlineData("seed-nodes = [\"localhost:0\"]", "seed-nodes: expected a list of \"host:port\", an IPv6 address in brackets as in \"[::1]:2552\", found [localhost:0]")]
    [InlineData("seed-nodes = [\"::1:2552\"]", "seed-nodes: expected a list of \"host:port\", an IPv6 address in brackets as in \"[::1]:2552\", found [::1:2552]")]
    [InlineData("seed-nodes = [\"akka.tcp://a@b:1\"]", "seed-nodes: expected a list of \"host:port\", an IPv6 address in brackets as in \"[::1]:2552\", found [akka.tcp://a@b:1]")]
    [InlineData("crops = png", "crops: expected one of raw, jpeg, found \"png\"")]
    [InlineData("jpeg-quality = 0", "jpeg-quality: expected a whole number from 1 to 100, found \"0\"")]
    [InlineData("acceptable-pause = 500 ms", "acceptable-pause: expected a duration from 1 s to 1 min, found \"500 ms\"")]
    [InlineData("down-after = 0", "down-after: expected a duration from 1 s to 24 h, found \"0\"")]
    [InlineData("desk.credit = 1 KiB", "desk.credit: expected a size from 256 KiB to 1 GiB, found \"1 KiB\"")]
    [InlineData("desk.batches = 0", "desk.batches: expected a whole number from 1 to 64, found \"0\"")]
    [InlineData("desk.max-crops = 257", "desk.max-crops: expected a whole number from 1 to 256, found \"257\"")]
    [InlineData("desk.credits = 4 MiB", "desk.credits: unknown key; did you mean 'credit'?")]
    [InlineData("tls.certificate = a.p12", "tls.authority: missing; expected the path of a certificate, PEM or DER, or \"\" for no TLS")]
    [InlineData("tls { certificate = a.p12, authority = \"\" }", "tls.authority: is empty, and the rest of tls is not: certificate and authority go together")]
    [InlineData("tls { certificate = \"\", authority = a.crt }", "tls.certificate: is empty, and the rest of tls is not: certificate and authority go together")]
    [InlineData("tls = on", "tls: expected an object { }, found \"on\"")]
    [InlineData("host = \"10.0.0.5\", tls.authority = a.crt", "tls.certificate: missing; expected the path of a PKCS #12 file, or \"\" for no TLS")]
    [InlineData("host = \"0.0.0.0\", insecure-network = on", "host: '0.0.0.0' is every address of this machine: public-host must say by which of them others reach it")]
    [InlineData("seed-nodes = [\"10.0.0.6:2552\"]", "seed-nodes: host = 127.0.0.1 is reached from this machine alone, and seed-nodes names 10.0.0.6:2552: host must be an address that it can answer to")]
    [InlineData("host = localhost, seed-nodes = [\"gate:2552\"]", "host: host = localhost is reached from this machine alone, and seed-nodes names gate:2552: host must be an address that it can answer to")]
    public void Should_say_what_is_wrong_when_a_key_does_not_fit(string keys, string expected) =>
        Assert.EndsWith(": actor-pipeline.cluster." + expected, Assert.Single(Read(keys).Errors).ToString());

    [Fact]
    public void Should_say_what_to_write_when_it_would_listen_beyond_loopback_without_tls()
    {
        var error = Assert.Single(Read("host = gate.example").Errors).ToString();

        Assert.EndsWith(
            "actor-pipeline.cluster.host: 'gate.example' is reached from other machines, and there is no tls: everybody who reaches the port could send crops, and stop the node. "
            + "Write tls { certificate = \"node.p12\", authority = \"authority.crt\" }, or insecure-network = on where nobody else is on that network",
            error);
    }

    [Theory]
    [InlineData("host = gate.example, insecure-network = on")]
    [InlineData("host = gate.example, tls { certificate = a.p12, authority = b.crt }")]
    [InlineData("host = \"0.0.0.0\", public-host = gate, tls { certificate = a.p12, authority = b.crt }")]
    [InlineData("public-host = gate, seed-nodes = [\"10.0.0.6:2552\"]")]
    public void Should_listen_there_when_that_was_said(string keys) => Settings(keys);

    [Fact]
    public void Should_not_ask_for_more_when_it_is_no_node() => Assert.Empty(Given.Faults(Model + "actor-pipeline.cluster.host = \"0.0.0.0\""));

    [Fact]
    public void Should_name_the_variable_when_it_is_not_set() => Assert.EndsWith(
        "tls.authority: environment variable CA is not set", Assert.Single(Read("tls { certificate = a.p12, authority = ${?CA} }").Errors).ToString());

    [Fact]
    public void Should_be_relative_to_the_current_folder_when_a_path_comes_from_a_variable() =>
        Assert.Equal(("mine.p12", "/etc/site/a.crt"), (Settings("tls { certificate = ${P}, authority = a.crt }", ("P", "mine.p12")).Tls!.Certificate, Settings("tls { certificate = ${P}, authority = a.crt }", ("P", "mine.p12")).Tls!.Authority));
}
