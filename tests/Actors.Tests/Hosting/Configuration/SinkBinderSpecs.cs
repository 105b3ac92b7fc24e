using ActorPipeline.Events.Mqtt;
using ActorPipeline.Events.Outbox;
using ActorPipeline.Events.Webhook;
using ActorPipeline.Pipeline;
using ActorPipeline.Sinks.Files;

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

    [Fact]
    public void Should_bind_every_key_of_files_when_all_are_given()
    {
        Assert.Equal(new RotateSettings { Size = Bytes.MiB(1), Every = TimeSpan.FromHours(24), Keep = 3 }, Sink("type = csv, path = a.csv, rotate { size = 1 MiB, every = 1 d, keep = 3 }").Rotate);
        Assert.Equal(new RotateSettings { Size = Bytes.MiB(1) }, Sink("type = json-lines, path = a, rotate.size = 1 MiB").Rotate);
        Assert.Null(Sink("type = json-lines, path = a").Rotate);
        Assert.Equal(new SegmentSettings { Length = TimeSpan.FromMinutes(1), Size = Bytes.MiB(8), Keep = 5 }, Sink("type = video, path = a.avi, segments { length = 1 min, size = 8 MiB, keep = 5 }").Segments);
        var all = new SnapshotSettings
        {
            Folder = "seen", Picture = SnapshotPicture.Frame, MinScore = 0.25f, Every = TimeSpan.FromSeconds(2), MaxFiles = 7, MaxSize = Bytes.MiB(2),
        };
        Assert.Equal(all, Sink("type = snapshots, folder = seen, picture = frame, min-score = 0.25, every = 2 s, max-files = 7, max-size = 2 MiB").Snapshots);
    }

    [Fact]
    public void Should_drop_rather_than_wait_when_it_keeps_snapshots()
    {
        var sink = Sink("type = snapshots");

        Assert.Equal((SinkOverflow.Drop, 4, "snapshots/p", "snapshots/p"), (sink.Overflow, sink.Slots, sink.Folder, sink.Name));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("classify = c, ", 0)]
    public void Should_warn_of_snapshots_when_nothing_is_classified(string classify, int warnings)
    {
        var text = $"actor-pipeline {{ models {{ d {{ path = d.onnx, kind = picodet }}, c {{ path = c.onnx, kind = classification }} }}, pipelines.p {{ source = 0, detect = d, {classify}sinks = [{{ type = snapshots }}] }} }}";

        Assert.Equal(warnings, Given.Configuration(text).Warnings.Count(warning => warning.Message == "snapshots are of classified objects, and this pipeline classifies none"));
    }

    [Theory]
    [InlineData("broker = box", 1883)]
    [InlineData("broker = box, tls = on", 8883)]
    [InlineData("broker = \"10.0.0.2:99\", tls = on", 99)]
    public void Should_know_the_usual_port_when_none_is_given(string keys, int port) => Assert.Equal(port, Sink("type = mqtt, " + keys).Mqtt!.Port);

    [Fact]
    public void Should_drop_rather_than_wait_when_events_go_elsewhere() =>
        Assert.Equal((SinkOverflow.Drop, 64, "outbox/p-webhook"), (Sink("type = webhook, url = \"http://box\"") is var sink ? sink.Overflow : default, sink.Slots, sink.Folder));

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
    [InlineData("type = mqtt, broker = box, path = a", "sinks[0].path: a sink of type mqtt has no such key; it is for json-lines and csv and video")]
    [InlineData("type = video, path = a, store = b", "sinks[0].store: a sink of type video has no such key; it is for mqtt and webhook")]
    [InlineData("type = csv", "sinks[0].path: missing; expected the path of a file, relative to the output folder")]
    [InlineData("type = csv, path = a, rotate { }", "sinks[0].rotate: it needs every or size, or both: without them there is only one file")]
    [InlineData("type = csv, path = a, rotate { keep = 3 }", "sinks[0].rotate: it needs every or size, or both: without them there is only one file")]
    [InlineData("type = csv, path = a, rotate = 5", "sinks[0].rotate: expected an object { }, found \"5\"")]
    [InlineData("type = csv, path = a, rotate.size = 1 KiB", "sinks[0].rotate.size: expected a size from 64 KiB to 16384 GiB, found \"1 KiB\"")]
    [InlineData("type = json-lines, path = a, rotate.every = 10 ms", "sinks[0].rotate.every: expected a duration from 1 s to 8760 h, found \"10 ms\"")]
    [InlineData("type = json-lines, path = a, rotate { every = 1 h, keep = 0 }", "sinks[0].rotate.keep: expected a whole number from 1 to 100000, found \"0\"")]
    [InlineData("type = json-lines, path = a, rotate { every = 1 h, length = 1 h }", "sinks[0].rotate.length: unknown key; known here: size, every, keep")]
    [InlineData("type = json-lines, path = a, segments.length = 1 h", "sinks[0].segments: a sink of type json-lines has no such key; it is for video")]
    [InlineData("type = video, path = a, rotate.every = 1 h", "sinks[0].rotate: a sink of type video has no such key; it is for json-lines and csv")]
    [InlineData("type = video, path = a, segments { }", "sinks[0].segments: it needs length or size, or both: without them there is only one file")]
    [InlineData("type = video, path = a, segments.length = 1 ms", "sinks[0].segments.length: expected a duration from 1 s to 8760 h, found \"1 ms\"")]
    [InlineData("type = snapshots, path = a", "sinks[0].path: a sink of type snapshots has no such key; it is for json-lines and csv and video")]
    [InlineData("type = snapshots, folder = \"\"", "sinks[0].folder: expected the path of a folder, relative to the output folder, found \"\"")]
    [InlineData("type = snapshots, picture = box", "sinks[0].picture: expected one of crop, frame, found \"box\"")]
    [InlineData("type = snapshots, min-score = 2", "sinks[0].min-score: expected a number from 0 to 1, found \"2\"")]
    [InlineData("type = snapshots, every = 25 h", "sinks[0].every: expected a duration from 0 to 24 h, found \"25 h\"")]
    [InlineData("type = snapshots, max-files = 0", "sinks[0].max-files: expected a whole number from 1 to 1000000, found \"0\"")]
    [InlineData("type = snapshots, max-size = 1 KiB", "sinks[0].max-size: expected a size from 1 MiB to 16384 GiB, found \"1 KiB\"")]
    [InlineData("type = webhook", "sinks[0].url: missing; expected an address that begins with http:// or https://, without a user in it")]
    [InlineData("type = webhook, url = \"ftp://box\"", "sinks[0].url: expected an address that begins with http:// or https://, without a user in it, found \"ftp://box\"")]
    [InlineData("type = webhook, url = \"http://u:p@box\"", "sinks[0].url: expected an address that begins with http:// or https://, without a user in it, found \"http://u:p@box\"")]
    [InlineData("type = webhook, url = \"http://box\", secret = whsec_x", "sinks[0].secret: what follows whsec_ is no base64")]
    [InlineData("type = webhook, url = \"http://box\", timeout = 0", "sinks[0].timeout: expected a duration from 100 ms to 5 min, found \"0\"")]
    public void Should_say_what_is_wrong_when_a_key_does_not_fit(string keys, string expected) =>
        Assert.EndsWith(": actor-pipeline.pipelines.p." + expected, Assert.Single(Given.Faults(Before + $"{{ {keys} }}] }}")));

    [Theory]
    [InlineData("{ type = snapshots }, { type = snapshots, folder = ./snapshots/p }", "keeps its pictures in the same folder './snapshots/p'")]
    [InlineData("{ type = csv, path = a }, { type = json-lines, path = a }", "writes the same file 'a'")]
    [InlineData("{ type = mqtt, broker = a }, { type = mqtt, broker = b }", "keeps its events in the same folder 'outbox/p-mqtt': name another with store")]
    [InlineData("{ type = mqtt, broker = a }, { type = mqtt, broker = a, store = b }", "publishes under the same topic 'actor-pipeline/p'")]
    public void Should_refuse_when_two_sinks_would_be_in_each_others_way(string sinks, string expected) =>
        Assert.EndsWith(expected, Assert.Single(Given.Faults(Before + sinks + "] }")));
}
