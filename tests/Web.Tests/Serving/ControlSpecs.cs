using System.Net;
using System.Text;
using ActorPipeline.Catalog;
using ActorPipeline.Serving;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting.Web;

public sealed class ControlSpecs : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("controls");
    private readonly List<IControl> _wishes = [];

    public void Dispose() => _system.Dispose();

    private IActorRef Root(object answer) => _system.ActorOf(Props.Create(() => new SiteKit.PlayedRoot(wish => Take(wish, answer))));

    private object Take(IControl wish, object answer)
    {
        lock (_wishes) _wishes.Add(wish);
        return answer;
    }

    public static TheoryData<string, object?, IControl> Wishes => new()
    {
        { "/api/pipelines/street/pause", null, new PausePipeline(new PipelineId("street")) },
        { "/api/pipelines/street/resume", null, new ResumePipeline(new PipelineId("street")) },
        { "/api/models/detector/pin", null, new PinModel(new ModelId("detector"), true) },
        { "/api/models/detector/unpin", null, new PinModel(new ModelId("detector"), false) },
        { "/api/models/classifier/preload", null, new PreloadModel(new ModelId("classifier")) },
        { "/api/models/classifier/unload", null, new EvictModel(new ModelId("classifier")) },
        { "/api/budget", new { budget = "48 MiB" }, new SetBudget(Bytes.MiB(48)) },
    };

    [Theory]
    [MemberData(nameof(Wishes))]
    public async Task Should_have_the_root_do_what_is_asked_and_log_who_asked(string path, object? body, IControl expected)
    {
        await using var kit = await SiteKit.StartAsync();
        kit.Site.Attach(Root(new ControlDone("done so")));

        var (status, answer) = await kit.PostAsync(path, body);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("done so", (string?)answer["done"]);
        Assert.Equal([expected], _wishes);
        var line = Assert.Single(kit.Said);
        Assert.StartsWith("127.0.0.1 ", line, StringComparison.Ordinal);
        Assert.EndsWith(": done so", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_why_when_the_root_refuses()
    {
        await using var kit = await SiteKit.StartAsync();
        kit.Site.Attach(Root(new ControlRefused("it is pinned")));

        var (status, answer) = await kit.PostAsync("/api/models/detector/unload");

        Assert.Equal((HttpStatusCode.Conflict, "it is pinned"), (status, (string?)answer["error"]));
    }

    [Fact]
    public async Task Should_still_tell_how_it_stands_when_nobody_knows_more()
    {
        await using var kit = await SiteKit.StartAsync();
        kit.Site.Attach(Root(new ControlDone("")));
        lock (kit.Site.State.Gate) kit.Site.State.Apply(new RunStarted(TimeSpan.Zero, new Dictionary<ModelId, Inference.LoadReport>(), Bytes.Zero));

        Assert.Equal(HttpStatusCode.OK, (await kit.GetAsync("/api/status")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await kit.GetAsync("/api/models/detector/explain")).Status);
    }

    [Theory]
    [InlineData("/api/pipelines/other/pause")]
    [InlineData("/api/models/other/pin")]
    public async Task Should_ask_nobody_for_what_there_is_not(string path)
    {
        await using var kit = await SiteKit.StartAsync();
        kit.Site.Attach(Root(new ControlDone("")));

        Assert.Equal(HttpStatusCode.NotFound, (await kit.PostAsync(path)).Status);
        Assert.Empty(_wishes);
    }

    [Fact]
    public async Task Should_refuse_what_a_form_of_another_site_sends()
    {
        await using var kit = await SiteKit.StartAsync();
        kit.Site.Attach(Root(new ControlDone("")));
        using var form = await kit.Client.PostAsync("/api/pipelines/street/pause", new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded"));
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/api/pipelines/street/pause") { Content = new StringContent("{}", Encoding.UTF8, "application/json"), Headers = { { "Origin", "http://evil.example" } } };
        using var answer = await kit.Client.SendAsync(foreign);

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, HttpStatusCode.Forbidden), (form.StatusCode, answer.StatusCode));
        Assert.Empty(_wishes);
    }

    [Fact]
    public async Task Should_apply_what_can_be_and_say_what_cannot_when_the_configuration_is_read_anew()
    {
        await using var kit = await SiteKit.StartAsync(reload: _ => new ReloadRequest([new SetBudget(Bytes.MiB(50))], ["actor-pipeline.serving.lanes"], []));
        kit.Site.Attach(Root(new ControlDone("the budget is 50 MiB")));

        var (status, answer) = await kit.PostAsync("/api/reload");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"applied":["the budget is 50 MiB"],"refused":[],"needRestart":["actor-pipeline.serving.lanes"]}""", answer.ToJsonString());
    }

    [Fact]
    public async Task Should_leave_everything_as_it_is_when_the_configuration_is_wrong()
    {
        await using var kit = await SiteKit.StartAsync(reload: _ => new ReloadRequest([], [], ["street.conf:3:5: budget: expected a size"]));
        kit.Site.Attach(Root(new ControlDone("")));

        var (status, answer) = await kit.PostAsync("/api/reload");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("street.conf:3:5: budget: expected a size", (string?)answer["errors"]![0]);
        Assert.Empty(_wishes);
    }
}
