using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ActorPipeline.Events.Mqtt;
using ActorPipeline.Events.Outbox;
using ActorPipeline.Sinks;

namespace ActorPipeline.Events.Webhook;

/// <summary>Against a real server.</summary>
public sealed class WebhookSinkSpecs
{
    private readonly ConcurrentQueue<string> _warnings = [];

    [Fact]
    public void Should_post_every_event_in_order_when_the_server_is_there()
    {
        using var server = new HookServer();
        using var sink = Open(Settings(server.Url));
        foreach (var report in GivenReports.OfEveryKind) sink.Write(report, null);
        sink.Complete();

        Assert.Equal(["started", "frame", "frame", "frame", "frame", "frame", "ended"], server.Posts.Select(p => p.Headers["actorpipeline-event"]));
        Assert.All(server.Posts, post =>
        {
            Assert.Equal(("POST", "/hook?key=hidden", "application/json"), (post.Method, post.Url, post.Headers["content-type"]));
            Assert.Equal("", EventSchema.Faults(post.Body));
            Assert.Equal((string?)JsonNode.Parse(post.Body)!["id"], post.Headers["webhook-id"]);
        });
        Assert.Equal(0, sink.Dropped);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Should_sign_what_it_posts_when_there_is_a_secret()
    {
        using var server = new HookServer();
        using (var sink = Open(Settings(server.Url) with { Secret = "geheim" })) sink.Complete();

        Assert.All(server.Posts, post => Assert.Equal(
            WebhookSignature.Of("geheim", post.Headers["webhook-id"], long.Parse(post.Headers["webhook-timestamp"], CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(post.Body)),
            post.Headers["webhook-signature"]));
        using var unsigned = Open(Settings(server.Url));
        unsigned.Complete();
        Assert.DoesNotContain("webhook-signature", server.Posts[^1].Headers.Keys);
    }

    [Fact]
    public void Should_send_only_some_and_count_all_when_outcomes_are_chosen()
    {
        using var server = new HookServer();
        var settings = Settings(server.Url);
        using var sink = Open(settings with { Outbox = settings.Outbox with { Outcomes = ["failed"] } });
        foreach (var report in GivenReports.OfEveryKind) sink.Write(report, null);
        sink.Complete();

        Assert.Equal(["started", "frame", "ended"], server.Posts.Select(p => p.Headers["actorpipeline-event"]));
        Assert.Equal("""{"classified":2,"dropped":1,"empty":1,"failed":1}""", JsonNode.Parse(server.Posts[^1].Body)!["frames"]!.ToJsonString());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(404)]
    [InlineData(302)]
    public void Should_try_again_when_the_server_answers_that_it_cannot_now(int status)
    {
        using var server = new HookServer();
        var tries = 0;
        server.Answer = _ => ++tries <= 3 ? status : 200;
        using var sink = Open(Settings(server.Url));
        sink.Write(GivenReports.Empty(0), null);
        Eventually.Is(() => server.Posts.Count == 5, "it was tried again");
        sink.Complete();

        Assert.Equal(["started", "started", "started", "started", "frame", "ended"], server.Posts.Select(p => p.Headers["actorpipeline-event"]));
        Assert.Single(server.Posts.Take(4).Select(p => p.Headers["webhook-id"]).Distinct());
        Assert.Equal(0, sink.Dropped);
        Assert.StartsWith($"webhook 'http://127.0.0.1:{server.Port}/hook' answers {status}", _warnings.First());
        Assert.DoesNotContain("hidden", string.Concat(_warnings));
    }

    [Fact]
    public void Should_drop_and_count_when_the_server_will_never_take_it()
    {
        using var server = new HookServer();
        server.Answer = post => post.Headers["actorpipeline-event"] == "frame" ? 422 : 200;
        using var sink = Open(Settings(server.Url));
        sink.Write(GivenReports.Empty(0), null);
        sink.Complete();

        Assert.Equal(["started", "frame", "ended"], server.Posts.Select(p => p.Headers["actorpipeline-event"]));
        Assert.Equal(1, sink.Dropped);
        Assert.Contains("refused an event for good, which is dropped: 422", Assert.Single(_warnings));
    }

    [Fact]
    public void Should_hold_nobody_up_and_count_what_is_dropped_when_the_server_never_answers()
    {
        using var server = new HookServer();
        server.Answer = _ => null;
        var settings = Settings(server.Url);
        using var sink = Open(settings with { Timeout = TimeSpan.FromMilliseconds(100), Outbox = settings.Outbox with { Limit = Bytes.KiB(64) } });

        for (var i = 0; i < 5000; i++) sink.Write(GivenReports.Empty(i), null);

        Assert.InRange(sink.Dropped, 1, 5000);
        Eventually.Is(() => _warnings.Any(w => w.Contains("does not answer in time")), "it says so");
        sink.Complete();
        // What waited in memory has gone with it, and is counted: the start, the frames, the end, and nothing was taken.
        Assert.Equal(5002, sink.Dropped);
    }

    [Fact]
    public void Should_tell_all_of_it_when_the_server_comes_late()
    {
        var port = Mosquitto.FreePort();
        using var sink = Open(Settings(new Uri($"http://127.0.0.1:{port}/")));
        for (var i = 0; i < 20; i++) sink.Write(GivenReports.Empty(i), null);
        Eventually.Is(() => _warnings.Any(w => w.Contains("cannot be reached")), "it says that nobody is there");

        using var server = new HookServer(port);
        Eventually.Is(() => server.Posts.Count == 21, "all is told");
        sink.Complete();

        Assert.Equal(Enumerable.Range(0, 20), server.Posts.Where(p => p.Headers["actorpipeline-event"] == "frame").Select(p => (int)JsonNode.Parse(p.Body)!["frame"]!["frame"]!));
        Assert.Equal(0, sink.Dropped);
    }

    private static WebhookSettings Settings(Uri url) => new()
    {
        Url = url, Timeout = TimeSpan.FromSeconds(5),
        Outbox = new OutboxSettings { Retry = new RetrySettings { First = TimeSpan.FromMilliseconds(10), Longest = TimeSpan.FromMilliseconds(50) } },
    };

    private IFrameSink Open(WebhookSettings settings)
    {
        var sink = FrameSinks.Create(new SinkDescription("webhook", "") { Webhook = settings });
        sink.Open(GivenReports.Context with { Warn = _warnings.Enqueue });
        return sink;
    }
}
