using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ActorPipeline.Events.Outbox;
using ActorPipeline.Sinks;

namespace ActorPipeline.Events.Mqtt;

/// <summary>Against a real broker.</summary>
public sealed class MqttSinkSpecs : IDisposable
{
    private const string Topic = "yard/street";

    private readonly TestFolder _folder = new();
    private readonly ConcurrentQueue<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [MosquittoFact]
    public void Should_deliver_every_event_in_order_when_the_broker_is_there()
    {
        using var broker = new Mosquitto();
        using var listener = new Listener(broker.Port);
        using (var sink = Open(Settings(broker)))
        {
            for (var i = 0; i < 200; i++) sink.Write(GivenReports.Empty(i), null);
            sink.Complete();
            Assert.Equal(0, sink.Dropped);
        }

        Eventually.Is(() => listener.On(Topic + "/ended").Count == 1, "the end is told");
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), listener.Frames(Topic));
        Assert.Single(listener.On(Topic + "/started"));
        Assert.Equal(200, (long)JsonNode.Parse(listener.On(Topic + "/ended")[0])!["frames"]!["empty"]!);
        Assert.All(listener.Heard.Where(m => !m.Topic.EndsWith("/state")), m => Assert.Equal("", EventSchema.Faults(m.Payload)));
        Assert.Empty(_warnings);
    }

    [MosquittoFact]
    public void Should_lose_nothing_and_hold_nobody_up_when_the_broker_is_killed_and_comes_back()
    {
        using var broker = new Mosquitto();
        // Open again only once somebody listens, so that all of it is heard.
        using var way = new CuttableWay(broker.Port);
        using var before = new Listener(broker.Port);
        using var sink = Open(Settings(broker) with { Port = way.Port });
        sink.Write(GivenReports.Empty(0), null);
        Eventually.Is(() => before.Frames(Topic).Count == 1, "the first frame is told");
        broker.Kill();
        way.Cut();
        // Each write returns though nobody is there.
        for (var i = 1; i <= 500; i++) sink.Write(GivenReports.Empty(i), null);
        Eventually.Is(() => !_warnings.IsEmpty, "it says that the broker is away");
        Assert.StartsWith($"MQTT broker '127.0.0.1:{way.Port}'", _warnings.First());

        broker.Start();
        using var after = new Listener(broker.Port);
        way.Mend();
        Eventually.Is(() => _warnings.Any(w => w.Contains("is back")), "it says that the broker is back");
        sink.Write(GivenReports.Empty(501), null);
        sink.Complete();

        Eventually.Is(() => after.On(Topic + "/ended").Count == 1, "the end is told");
        // The first may come again, where the broker died with its answer on the way.
        Assert.Equal(Enumerable.Range(1, 501).Select(i => (long)i), after.Frames(Topic).Where(frame => frame > 0));
        Assert.Equal(0, sink.Dropped);
    }

    [MosquittoFact]
    public void Should_deliver_what_an_earlier_run_could_not_when_the_broker_is_there_again()
    {
        using var broker = new Mosquitto();
        broker.Kill();
        using (var first = Open(Settings(broker)))
        {
            for (var i = 0; i < 50; i++) first.Write(GivenReports.Empty(i), null);
            first.Complete();
        }
        broker.Start();
        using var listener = new Listener(broker.Port);

        using (var second = Open(Settings(broker))) second.Complete();

        Eventually.Is(() => listener.On(Topic + "/ended").Count == 2, "both ends are told");
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), listener.Frames(Topic));
        Assert.Equal(2, listener.On(Topic + "/started").Count);
    }

    [MosquittoFact]
    public void Should_tell_how_many_are_missing_when_more_wait_than_there_is_room_for()
    {
        using var broker = new Mosquitto();
        broker.Kill();
        var settings = Settings(broker, limit: Bytes.KiB(64));
        using var way = new CuttableWay(broker.Port);
        way.Cut();
        using var sink = Open(settings with { Port = way.Port });
        for (var i = 0; i < 2000; i++) sink.Write(GivenReports.Empty(i), null);
        Assert.InRange(sink.Dropped, 1, 1999);
        Assert.True(Directory.GetFiles(settings.Outbox.Store).Sum(file => new FileInfo(file).Length) <= Bytes.KiB(64).Count + 20);

        broker.Start();
        using var listener = new Listener(broker.Port);
        way.Mend();
        Eventually.Is(() => listener.Frames(Topic).Contains(1999), "the newest is told");
        var lost = listener.On(Topic + "/lost").Select(text => (long)JsonNode.Parse(text)!["count"]!).Sum();
        Assert.Equal(sink.Dropped, lost);
        // All that was added is either heard or counted: the frames, and the start, which was the oldest.
        Assert.Equal(2001, listener.Frames(Topic).Count + listener.On(Topic + "/started").Count + lost);
        Assert.All(listener.On(Topic + "/lost"), text => Assert.Equal("", EventSchema.Faults(text)));
    }

    [MosquittoFact]
    public void Should_leave_the_state_where_it_can_be_read_when_it_comes_and_goes()
    {
        using var broker = new Mosquitto();
        using (var sink = Open(Settings(broker)))
        {
            using (var during = new Listener(broker.Port))
                Eventually.Is(() => during.On(Topic + "/state").Contains("online"), "it is online");
            using (var late = new Listener(broker.Port))
            {
                Eventually.Is(() => late.Heard.Any(m => m.Topic == Topic + "/state"), "the state is retained");
                Assert.Equal((Topic + "/state", "online", true), late.Heard.First(m => m.Topic == Topic + "/state"));
            }
            sink.Complete();
        }
        using var after = new Listener(broker.Port);
        Eventually.Is(() => after.On(Topic + "/state").Count == 1, "the state is retained");
        Assert.Equal("offline", after.On(Topic + "/state")[0]);
    }

    [MosquittoFact]
    public void Should_leave_its_last_will_when_its_connection_is_cut()
    {
        using var broker = new Mosquitto();
        using var listener = new Listener(broker.Port);
        using var way = new CuttableWay(broker.Port);
        using var sink = Open(Settings(broker) with { Port = way.Port });
        Eventually.Is(() => listener.On(Topic + "/state").Contains("online"), "it is online");

        way.Cut();

        Eventually.Is(() => listener.On(Topic + "/state").Contains("offline"), "its last will is told");
        // And it comes back by itself, though nothing is to be told.
        way.Mend();
        Eventually.Is(() => listener.On(Topic + "/state") is [.., "offline", "online"], "it is online again");
    }

    [MosquittoFact]
    public void Should_say_so_when_the_password_is_wrong()
    {
        using var broker = new Mosquitto("", ("camera", "right"));
        using var sink = Open(Settings(broker) with { User = "camera", Password = "wrong" });

        Eventually.Is(() => !_warnings.IsEmpty, "it says so");
        Assert.StartsWith($"MQTT broker '127.0.0.1:{broker.Port}' refuses the user or the password: check user and password of this sink; it is tried again", _warnings.First());
        Assert.DoesNotContain("wrong", string.Join(' ', _warnings));
        sink.Complete();
    }

    [MosquittoFact]
    public void Should_be_let_in_when_the_password_is_right()
    {
        using var broker = new Mosquitto("", ("camera", "right"));
        using var listener = new Listener(broker.Port, "camera", "right");
        using var sink = Open(Settings(broker) with { User = "camera", Password = "right" });

        Eventually.Is(() => listener.On(Topic + "/started").Count == 1, "it is let in");
    }

    [MosquittoFact]
    public void Should_tell_home_assistant_what_there_is_when_discovery_is_on()
    {
        using var broker = new Mosquitto();
        using var sink = Open(Settings(broker) with { Discovery = true });
        using var early = new Listener(broker.Port);
        Eventually.Is(() => early.On(Topic + "/state").Contains("online"), "it is online");

        using var homeAssistant = new Listener(broker.Port);
        Eventually.Is(() => homeAssistant.Heard.Count(m => m.Topic.StartsWith("homeassistant/")) == 4, "all entities are retained");
        var entities = homeAssistant.Heard.Where(m => m.Topic.StartsWith("homeassistant/")).Select(m => (m.Topic, m.Retained, Json: JsonNode.Parse(m.Payload)!)).ToArray();
        Assert.All(entities, e =>
        {
            Assert.True(e.Retained);
            Assert.Matches("^homeassistant/(binary_)?sensor/[A-Za-z0-9_-]+/[a-z]+/config$", e.Topic);
            Assert.Equal((Topic + "/frame", Topic + "/state"), ((string?)e.Json["state_topic"], (string?)e.Json["availability_topic"]));
            Assert.Equal("ActorPipeline street", (string?)e.Json["device"]!["name"]);
        });
        Assert.Equal(4, entities.Select(e => (string?)e.Json["unique_id"]).Distinct().Count());
    }

    [MosquittoFact]
    public void Should_believe_the_broker_only_when_the_named_authority_signed_for_it()
    {
        using var certificates = new ServerCertificate();
        using var broker = new Mosquitto($"certfile {certificates.Certificate}\nkeyfile {certificates.Key}");
        using (var believing = Open(Settings(broker) with { Host = "localhost", Tls = true, Authority = certificates.Authority }))
        {
            believing.Complete();
            Assert.Empty(_warnings);
        }
        using var doubting = Open(Settings(broker) with { Host = "localhost", Tls = true, Topic = "other" });
        Eventually.Is(() => !_warnings.IsEmpty, "it says so");
        Assert.Contains("has a certificate that is not trusted", _warnings.First());
    }

    [Fact]
    public async Task Should_say_that_it_is_to_be_tried_again_when_the_connection_went_before_a_delivery()
    {
        await using var courier = new MqttCourier(new MqttSettings { Host = "127.0.0.1", Port = Mosquitto.FreePort(), Topic = Topic }, "street");

        var fault = await Assert.ThrowsAsync<CourierException>(() => courier.DeliverAsync([new StoredEvent(0, "{\"event\":\"frame\",\"id\":\"1\"}"u8.ToArray())], CancellationToken.None));
        Assert.Contains("cannot be kept in touch with", fault.Message);
    }

    [Fact]
    public void Should_say_so_when_the_store_is_in_use()
    {
        var settings = new MqttSettings { Host = "127.0.0.1", Port = Mosquitto.FreePort(), Topic = Topic, Outbox = new OutboxSettings { Store = _folder.File("store") } };
        using var first = Open(settings);
        using var second = FrameSinks.Create(new SinkDescription("mqtt", "") { Mqtt = settings });

        Assert.Contains($"the store '{_folder.File("store")}' of events that wait cannot be opened", Assert.Throws<SinkException>(() => second.Open(GivenReports.Context)).Message);
    }

    private MqttSettings Settings(Mosquitto broker, Bytes? limit = null) => new()
    {
        Host = "127.0.0.1", Port = broker.Port, Topic = Topic,
        Outbox = new OutboxSettings
        {
            Store = _folder.File("store"), Limit = limit ?? Bytes.MiB(16), Retry = new RetrySettings { First = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromMilliseconds(200) },
        },
    };

    private IFrameSink Open(MqttSettings settings)
    {
        var sink = FrameSinks.Create(new SinkDescription("mqtt", "") { Mqtt = settings });
        sink.Open(GivenReports.Context with { Warn = _warnings.Enqueue });
        return sink;
    }
}
