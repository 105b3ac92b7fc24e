using ActorPipeline.Hosting;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class TelemetryBinderSpecs
{
    private const string Before = "actor-pipeline.models.d { path = d.onnx, kind = picodet }\nactor-pipeline.telemetry { ";

    [Fact]
    public void Should_bind_every_key_when_all_are_given()
    {
        var result = Given.Configuration(Before + "traces.sample = 0.5, otlp { endpoint = \"http://collector:4317\", protocol = grpc, interval = 1 min } }");

        Assert.Empty(result.Errors);
        Assert.Equal(
            new TelemetrySettings { TraceSample = 0.5, OtlpEndpoint = "http://collector:4317", OtlpProtocol = OtlpProtocol.Grpc, OtlpInterval = TimeSpan.FromMinutes(1) },
            result.Settings!.Telemetry);
    }

    [Theory]
    [InlineData("traces.sample = 2", "traces.sample: expected a number from 0 to 1, found \"2\"")]
    [InlineData("otlp.endpoint = collector", "otlp.endpoint: expected \"http://host:port\" or \"https://host:port\", or \"\" for none, found \"collector\"")]
    [InlineData("otlp.endpoint = \"file:///etc\"", "otlp.endpoint: expected \"http://host:port\" or \"https://host:port\", or \"\" for none, found \"file:///etc\"")]
    [InlineData("otlp.protocol = udp", "otlp.protocol: expected one of http, grpc, found \"udp\"")]
    [InlineData("otlp.interval = 1 ms", "otlp.interval: expected a duration from 100 ms to 1 h, found \"1 ms\"")]
    [InlineData("otlp.headers = x", "otlp.headers: unknown key; known here: endpoint, protocol, interval")]
    [InlineData("sample = 1", "sample: unknown key; known here: traces, otlp")]
    public void Should_say_what_is_wrong_when_a_key_does_not_fit(string key, string expected) =>
        Assert.EndsWith(": actor-pipeline.telemetry." + expected, Assert.Single(Given.Faults(Before + key + " }")));
}
