using ActorPipeline.Metering;
using System.Net;
using System.Net.Http.Headers;
using ActorPipeline.Hosting.Web;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Operations;

public sealed class MetricsPageSpecs
{
    private const string Token = "correct-horse-battery";

    [Fact]
    public async Task Should_write_down_what_the_meters_have_when_prometheus_asks()
    {
        await using var kit = await SiteKit.StartAsync();
        using var meter = new PipelineMeter();
        meter.Frames.Apply(new Pipeline.FrameEntered(TimeSpan.Zero, new Serving.PipelineId("street"), 3));

        using var response = await kit.Client.GetAsync("/metrics");
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal((HttpStatusCode.OK, "text/plain"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Contains("actor_pipeline_frames_in_flight{", text, StringComparison.Ordinal);
        Assert.Contains("pipeline=\"street\"", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections_total", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/METRICS")]
    [InlineData("/metrics/")]
    [InlineData("/Api/Status")]
    [InlineData("/HEALTH/ready")]
    public async Task Should_tell_nothing_without_the_token_however_it_is_written(string path)
    {
        await using var kit = await SiteKit.StartAsync(Token);
        using (var refused = await kit.Client.GetAsync(path)) Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
        using var known = await kit.Client.SendAsync(request);

        Assert.NotEqual(HttpStatusCode.Unauthorized, known.StatusCode);
    }
}
