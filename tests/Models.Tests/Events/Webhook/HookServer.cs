using System.Collections.Concurrent;
using System.Net;
using System.Text;
using ActorPipeline.Events.Mqtt;

namespace ActorPipeline.Events.Webhook;

/// <summary>A real server that gets posts, and answers as the spec says.</summary>
internal sealed class HookServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<HookPost> _posts = [];

    public HookServer(int? port = null)
    {
        Port = port ?? Mosquitto.FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _ = Serve();
    }

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}/hook?key=hidden");

    public IReadOnlyList<HookPost> Posts => [.. _posts];

    /// <summary>The status it answers a post with; never answers where it is null.</summary>
    public Func<HookPost, int?> Answer { get; set; } = _ => 204;

    public void Dispose() => _listener.Close();

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                var post = new HookPost(
                    context.Request.HttpMethod, context.Request.RawUrl!, await body.ReadToEndAsync(), context.Request.Headers.AllKeys.ToDictionary(key => key!.ToLowerInvariant(), key => context.Request.Headers[key]!));
                _posts.Enqueue(post);
                if (Answer(post) is not { } status) continue;
                context.Response.StatusCode = status;
                if (status == 429) context.Response.AddHeader("Retry-After", "0");
                if (status == 302) context.Response.RedirectLocation = "http://127.0.0.1:9/";
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The spec is over.
        }
    }
}

/// <summary>A post that came.</summary>
internal sealed record HookPost(string Method, string Url, string Body, IReadOnlyDictionary<string, string> Headers);
