using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Akka.Actor;

namespace ActorPipeline.Hosting.Web;

/// <summary>The page over settings that nothing runs, with a root that a spec plays.</summary>
internal sealed class SiteKit : IAsyncDisposable
{
    private SiteKit(WebSite site, WebServer server, HttpClient client, List<string> said) => (Site, Server, Client, Said) = (site, server, client, said);

    public WebSite Site { get; }

    public WebServer Server { get; }

    public HttpClient Client { get; }

    /// <summary>Changes that were logged.</summary>
    public List<string> Said { get; }

    public static async Task<SiteKit> StartAsync(string token = "", Func<ActorPipelineSettings, ReloadRequest>? reload = null, bool pictures = true)
    {
        var settings = SyntheticParts.Settings("street", "detector", "classifier") with { Web = new WebSettings { Enabled = true, Port = 0, Token = token, Pictures = pictures } };
        var said = new List<string>();
        var site = new WebSite("spec", settings, TimeProvider.System, text => { lock (said) said.Add(text); }) { Reload = reload };
        var server = await WebServer.StartAsync(settings.Web, site);
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = true, CookieContainer = new CookieContainer() }) { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(30) };
        return new SiteKit(site, server, client, said);
    }

    public async Task<(HttpStatusCode Status, JsonObject Answer)> GetAsync(string path) => await ReadAsync(await Client.GetAsync(path));

    public async Task<(HttpStatusCode Status, JsonObject Answer)> PostAsync(string path, object? body = null) => await ReadAsync(await Client.PostAsJsonAsync(path, body ?? new { }));

    private static async Task<(HttpStatusCode, JsonObject)> ReadAsync(HttpResponseMessage response)
    {
        using (response) return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        Site.Dispose();
    }

    /// <summary>A root that answers each wish.</summary>
    internal sealed class PlayedRoot : ReceiveActor
    {
        public PlayedRoot(Func<HostingProtocol.IControl, object> answer)
        {
            Receive<HostingProtocol.IControl>(wish => Sender.Tell(answer(wish)));
            ReceiveAny(_ => Sender.Tell(new HostingProtocol.ControlRefused("there is no tree")));
        }
    }
}
