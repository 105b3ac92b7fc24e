using ActorPipeline.Hosting;
using ActorPipeline.Hosting.Configuration;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class WebBinderSpecs
{
    private const string Model = "actor-pipeline.models.d { path = d.onnx, kind = picodet }\n";

    private static ConfigurationResult Read(string keys) =>
        ActorPipelineConfiguration.Read(Model + $"actor-pipeline.web {{ enabled = on, {keys} }}", "test.conf", Given.Lookup(), baseDirectory: "/etc/site");

    [Fact]
    public void Should_have_no_page_when_nothing_is_said() => Assert.Equivalent(new WebSettings(), Given.Configuration(Model).Settings!.Web, strict: true);

    [Fact]
    public void Should_bind_every_key_when_all_are_given() => Assert.Equivalent(
        new WebSettings { Enabled = true, Host = "0.0.0.0", Port = 80, Pictures = false, Token = "correct-horse-battery", Certificate = "/etc/site/gate.p12", CertificatePassword = " $ecret" },
        Read("""bind = "0.0.0.0:80", pictures = off, token = correct-horse-battery, certificate = gate.p12, certificate-password = " $ecret" """).Settings!.Web, strict: true);

    [Theory]
    [InlineData("bind = \"127.0.0.1:0\"", "127.0.0.1", 0)]
    [InlineData("bind = \"[::1]:8780\"", "::1", 8780)]
    [InlineData("bind = \"localhost:1\"", "localhost", 1)]
    public void Should_listen_where_it_is_told(string keys, string host, int port)
    {
        var web = Read(keys).Settings!.Web;
        Assert.Equal((host, port), (web.Host, web.Port));
    }

    [Theory]
    [InlineData("bind = \"8780\"", "bind: expected \"host:port\", an IPv6 address in brackets as in \"[::1]:8780\", and port 0 for any free one, found \"8780\"")]
    [InlineData("bind = \"::1:8780\"", "bind: expected \"host:port\", an IPv6 address in brackets as in \"[::1]:8780\", and port 0 for any free one, found \"::1:8780\"")]
    [InlineData("token = short", "token: must be 16 characters at least, of printable ASCII without spaces")]
    [InlineData("token = \"correct horse battery\"", "token: must be 16 characters at least, of printable ASCII without spaces")]
    [InlineData("bind = \"0.0.0.0:8780\"", "bind: '0.0.0.0' is reached from other machines, and there is no token: everybody who reaches the port could see the pictures, and stop pipelines. Write token = ${NAME}")]
    [InlineData("port = 80", "port: unknown key")]
    public void Should_say_what_is_wrong(string keys, string expected)
    {
        var error = Assert.Single(Read(keys).Errors);

        Assert.Contains(expected.Split(": unknown")[0], $"{error.Key.Split('.')[^1]}: {error.Message}", StringComparison.Ordinal);
    }

    [Fact]
    public void Should_never_show_the_token() => Assert.DoesNotContain("battery", $"{Read("token = correct-horse-battery").Settings!.Web}", StringComparison.Ordinal);
}
