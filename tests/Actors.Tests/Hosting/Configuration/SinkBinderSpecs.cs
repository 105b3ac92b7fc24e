using ActorPipeline.Events.Mqtt;
using ActorPipeline.Events.Outbox;
using ActorPipeline.Events.Webhook;
using ActorPipeline.Pipeline;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class SinkBinderSpecs
{
    private const string Before = "actor-pipeline.models.d { path = d.onnx, kind = picodet }\nactor-pipeline.pipelines.p { source = 0, detect = d, sinks = [";

    private static SinkSettings Sink(string keys)
    {
        var result = Given.Configuration(Before + $"{{ {keys} }}] }}");
        Assert.Empty(result.Errors);
        return Assert.Single(result.Settings!.Pipelines[0].Sinks);
    }

    [Fact]
    public void Should_bind_every_key_of_mqtt_when_all_are_given() =>
        Assert.Equivalent(
            new MqttSettings
            {
                Host = "::1", Port = 1884, Topic = "yard/gate", QualityOfService = 0, User = "u", Password = "p", Tls = true, Authority = "/ca.pem", Discovery = true,
                Outbox = new OutboxSettings
                {
                    Outcomes = ["classified", "failed"], Store = "kept", Limit = Bytes.MiB(1), Retry = new RetrySettings { First = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromMinutes(5) },
                },
            },
            Sink("""
                type = mqtt, broker = "[::1]:1884", topic = yard/gate, qos = 0, user = u, password = p, tls = on, authority = /ca.pem, discovery = on,
                outcomes = [classified, failed], store = kept, store-limit = 1 MiB, retry { first = 50 ms, longest = 5 min }
                """).Mqtt,
            strict: true);

    [Fact]
    public void Should_bind_every_key_of_a_webhook_when_all_are_given() =>
        Assert.Equivalent(
            new WebhookSettings { Url = new Uri("https://box/hook?x=1"), Secret = "s3cret", Timeout = TimeSpan.FromSeconds(3), Outbox = new OutboxSettings { Store = "" } },
            Sink("type = webhook, url = \"https://box/hook?x=1\", secret = s3cret, timeout = 3 s, store = \"\"").Webhook,
            strict: true);

    [Theory]
    [InlineData("broker = box", 1883)]
    [InlineData("broker = box, tls = on", 8883)]
    [InlineData("broker = \"10.0.0.2:99\", tls = on", 99)]
    public void Should_know_the_usual_port_when_none_is_given(string keys, int port) => Assert.Equal(port, Sink("type = mqtt, " + keys).Mqtt!.Port);

    [Fact]
    public void Should_drop_rather_than_wait_when_events_go_elsewhere() =>
        Assert.Equal((SinkOverflow.Drop, 64, "outbox/p-webhook"), (Sink("type = webhook, url = \"http://box\"") is var sink ? sink.Overflow : default, sink.Slots, sink.Store));

    [Fact]
    public void Should_name_a_sink_without_what_is_secret_when_messages_speak_of_it()
    {
        Assert.Equal("webhook https://box:8443", Sink("type = webhook, url = \"https://box:8443/T0KEN?key=abc\"").Name);
        Assert.Equal("mqtt box:1883 a/b", Sink("type = mqtt, broker = box, topic = a/b, user = u, password = hidden").Name);
    }

    [Theory]
    [InlineData("type = mqtt", "sinks[0].broker: missing; expected a broker's host and port, such as box:1883")]
    [InlineData("type = mqtt, broker = \"box:0\"", "sinks[0].broker: expected a broker's host and port, such as box:1883, found \"box:0\"")]
    [InlineData("type = mqtt, broker = \"mqtt://box\"", "sinks[0].broker: expected a broker's host and port, such as box:1883, found \"mqtt://box\"")]
    [InlineData("type = mqtt, broker = box, topic = \"a/#\"", "sinks[0].topic: expected a topic without wildcards + and #, and without / at its ends, found \"a/#\"")]
    [InlineData("type = mqtt, broker = box, topic = \"/a\"", "sinks[0].topic: expected a topic without wildcards + and #, and without / at its ends, found \"/a\"")]
    [InlineData("type = mqtt, broker = box, qos = 2", "sinks[0].qos: expected a whole number from 0 to 1, found \"2\"")]
    [InlineData("type = mqtt, broker = box, tls = maybe", "sinks[0].tls: expected true or false, found \"maybe\"")]
    [InlineData("type = mqtt, broker = box, discovery = 2", "sinks[0].discovery: expected true or false, found \"2\"")]
    [InlineData("type = mqtt, broker = box, password = x", "sinks[0].password: a password needs a user")]
    [InlineData("type = mqtt, broker = box, authority = a.pem", "sinks[0].authority: an authority is asked with tls = true only")]
    [InlineData("type = mqtt, broker = box, outcomes = [good]", "sinks[0].outcomes: expected a list of outcomes, each one of classified, empty, dropped, failed, found [good]")]
    [InlineData("type = mqtt, broker = box, store-limit = 1 KiB", "sinks[0].store-limit: expected a size from 64 KiB to 16 GiB, found \"1 KiB\"")]
    [InlineData("type = mqtt, broker = box, retry.first = 2 min", "sinks[0].retry.first: first = 2 min is more than longest = 1 min")]
    [InlineData("type = mqtt, broker = box, retry.often = 2", "sinks[0].retry.often: unknown key; known here: first, longest")]
    [InlineData("type = mqtt, broker = box, path = a", "sinks[0].path: a sink of type mqtt has no such key; it is for json-lines and video")]
    [InlineData("type = video, path = a, store = b", "sinks[0].store: a sink of type video has no such key; it is for mqtt and webhook")]
    [InlineData("type = webhook", "sinks[0].url: missing; expected an address that begins with http:// or https://, without a user in it")]
    [InlineData("type = webhook, url = \"ftp://box\"", "sinks[0].url: expected an address that begins with http:// or https://, without a user in it, found \"ftp://box\"")]
    [InlineData("type = webhook, url = \"http://u:p@box\"", "sinks[0].url: expected an address that begins with http:// or https://, without a user in it, found \"http://u:p@box\"")]
    [InlineData("type = webhook, url = \"http://box\", secret = whsec_x", "sinks[0].secret: what follows whsec_ is no base64")]
    [InlineData("type = webhook, url = \"http://box\", timeout = 0", "sinks[0].timeout: expected a duration from 100 ms to 5 min, found \"0\"")]
    public void Should_say_what_is_wrong_when_a_key_does_not_fit(string keys, string expected) =>
        Assert.EndsWith(": actor-pipeline.pipelines.p." + expected, Assert.Single(Given.Faults(Before + $"{{ {keys} }}] }}")));

    [Theory]
    [InlineData("{ type = mqtt, broker = a }, { type = mqtt, broker = b }", "keeps its events in the same folder 'outbox/p-mqtt': name another with store")]
    [InlineData("{ type = mqtt, broker = a }, { type = mqtt, broker = a, store = b }", "publishes under the same topic 'actor-pipeline/p'")]
    public void Should_refuse_when_two_sinks_would_be_in_each_others_way(string sinks, string expected) =>
        Assert.EndsWith(expected, Assert.Single(Given.Faults(Before + sinks + "] }")));
}
