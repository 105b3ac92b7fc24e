using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorPipeline.Hosting.Web;

public class WebServerSpecs
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Should_serve_the_page_in_little_when_it_is_asked()
    {
        await using var kit = await SiteKit.StartAsync();
        var bytes = 0L;
        foreach (var file in PageFiles.All)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, file.Path);
            request.Headers.AcceptEncoding.ParseAdd("gzip");
            using var response = await kit.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            bytes += (await response.Content.ReadAsByteArrayAsync()).Length;
            using var again = new HttpRequestMessage(HttpMethod.Get, file.Path);
            again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
            using var unchanged = await kit.Client.SendAsync(again);
            Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        }

        Assert.InRange(bytes, 10_000, 100_000);
    }

    [Theory]
    [InlineData("/../../etc/passwd")]
    [InlineData("/..%2f..%2fetc/passwd")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/page/index.html")]
    [InlineData("//etc/passwd")]
    [InlineData("/api/pipelines/..%2f..%2fstreet/picture")]
    [InlineData("/api/models/..%2f..%2fetc%2fpasswd/explain")]
    public async Task Should_find_nothing_for_a_path_that_leads_elsewhere(string path)
    {
        await using var kit = await SiteKit.StartAsync();

        Assert.Contains("404", await RawAsync(kit, $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"budget\": {}}")]
    [InlineData("{\"budget\": \"much\"}")]
    [InlineData("{\"budget\": \"-1 MiB\"}")]
    [InlineData("{\"budget\": \"1e400\"}")]
    [InlineData("{{{{{{{{{{")]
    public async Task Should_refuse_a_body_that_says_nothing(string body)
    {
        await using var kit = await SiteKit.StartAsync();
        using var response = await kit.Client.PostAsync("/api/budget", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Should_refuse_a_body_that_is_too_large_or_too_deep()
    {
        await using var kit = await SiteKit.StartAsync();
        foreach (var body in new[] { new string('[', 5_000), $"{{\"budget\": \"{new string('1', 100_000)}\"}}" })
        {
            using var response = await kit.Client.PostAsync("/api/budget", new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.Contains(response.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge });
        }

        Assert.Equal(HttpStatusCode.OK, (await kit.GetAsync("/api/status")).Status);
    }

    [Fact]
    public async Task Should_say_so_when_the_port_is_taken()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var settings = new WebSettings { Enabled = true, Port = ((IPEndPoint)other.LocalEndpoint).Port };
        using var site = new WebSite("spec", new ActorPipelineSettings { Web = settings }, TimeProvider.System, _ => { });

        var fault = await Assert.ThrowsAsync<WebServerException>(() => WebServer.StartAsync(settings, site));

        Assert.StartsWith($"actor-pipeline.web.bind: it cannot listen on 127.0.0.1:{settings.Port}: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_so_when_the_certificate_is_none()
    {
        var settings = new WebSettings { Enabled = true, Port = 0, Certificate = typeof(WebServerSpecs).Assembly.Location };
        using var site = new WebSite("spec", new ActorPipelineSettings { Web = settings }, TimeProvider.System, _ => { });

        var fault = await Assert.ThrowsAsync<WebServerException>(() => WebServer.StartAsync(settings, site));

        Assert.StartsWith($"actor-pipeline.web.certificate: '{settings.Certificate}' cannot be read: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_take_a_token_once_and_know_the_browser_then()
    {
        await using var kit = await SiteKit.StartAsync(token: "correct-horse-battery");
        Assert.Equal(HttpStatusCode.Unauthorized, (await kit.GetAsync("/api/status")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await kit.PostAsync("/api/login", new { token = "wrong-horse-battery" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await kit.PostAsync("/api/login", new { token = "correct-horse-battery" })).Status);

        Assert.Equal(HttpStatusCode.OK, (await kit.GetAsync("/api/status")).Status);
        Assert.Contains(kit.Said, text => text.EndsWith("did not know the token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_let_nobody_guess()
    {
        await using var kit = await SiteKit.StartAsync(token: "correct-horse-battery");
        for (var i = 0; i < 10; i++) await kit.PostAsync("/api/login", new { token = $"guess-{i}" });

        Assert.Equal(HttpStatusCode.TooManyRequests, (await kit.PostAsync("/api/login", new { token = "correct-horse-battery" })).Status);
    }

    [Fact]
    public async Task Should_tell_two_hundred_viewers_and_let_go_of_one_that_stops_reading()
    {
        await using var kit = await SiteKit.StartAsync();
        var viewers = new List<(TcpClient Client, StreamReader Reader)>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync(kit.Server.Address.Host, kit.Server.Address.Port);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /api/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
                viewers.Add((client, new StreamReader(client.GetStream())));
            }
            // The first reads nothing.
            using var bound = new CancellationTokenSource(Soon);
            foreach (var (_, reader) in viewers.Skip(1))
            {
                string? line;
                do line = await reader.ReadLineAsync(bound.Token);
                while (line?.StartsWith("data: ", StringComparison.Ordinal) == false);
                Assert.NotNull(line);
            }
            Assert.Equal(HttpStatusCode.OK, (await kit.GetAsync("/api/status")).Status);
        }
        finally
        {
            foreach (var (client, reader) in viewers)
            {
                reader.Dispose();
                client.Dispose();
            }
        }
    }

    [Fact]
    public async Task Should_have_no_pictures_and_no_buffers_for_them_when_they_are_off()
    {
        await using var kit = await SiteKit.StartAsync(pictures: false);

        Assert.Same(kit.Site.State.Settings, kit.Site.WithPictures());
        Assert.Equal(HttpStatusCode.NotFound, (await kit.GetAsync("/api/pipelines/street/picture")).Status);
        Assert.False((bool)(await kit.GetAsync("/api/status")).Answer["pictures"]!);
    }

    [Fact]
    public async Task Should_cut_off_who_looks_at_pictures_and_stops_reading()
    {
        await using var kit = await SiteKit.StartAsync();
        var picture = kit.Site.PictureOf("street");
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(kit.Server.Address.Host, kit.Server.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /api/pipelines/street/picture HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
        var (looked, jpeg) = (false, new byte[100_000]);
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await often.WaitForNextTickAsync(bound.Token))
        {
            looked |= picture.Viewers == 1;
            if (looked && picture.Viewers == 0) break;
            picture.Show(jpeg);
        }

        Assert.True(looked);
        Assert.Equal(HttpStatusCode.OK, (await kit.GetAsync("/api/status")).Status);
    }

    private static async Task<string> RawAsync(SiteKit kit, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(kit.Server.Address.Host, kit.Server.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        return (await reader.ReadLineAsync().WaitAsync(Soon))!;
    }
}
