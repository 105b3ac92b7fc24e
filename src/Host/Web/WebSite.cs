using System.Text.Json.Nodes;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sinks;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting.Web;

/// <summary>The page and its interface: who may ask what, and what is answered. It is there before the actors are, and after them.</summary>
/// <param name="name">The configuration's name.</param>
/// <param name="settings">What runs.</param>
/// <param name="time">The actors' clock.</param>
/// <param name="say">Gets each change that somebody made, for people.</param>
internal sealed partial class WebSite(string name, ActorPipelineSettings settings, TimeProvider time, Action<string> say) : IDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private readonly Sessions _sessions = new(time);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, LivePicture> _pictures = (settings.Web.Pictures ? settings.Pipelines : []).ToDictionary(p => p.Id.Value, _ => new LivePicture(time));
    private AccessRules? _access;
    private StatusFeed? _feed;
    private IActorRef? _root;

    /// <summary>How it stands.</summary>
    public LiveState State { get; } = new(settings);

    /// <summary>The configuration, read anew beside what runs now: what is to be done, or what is wrong with it; null where it cannot be.</summary>
    public Func<ActorPipelineSettings, ReloadRequest>? Reload { get; init; }

    private AccessRules Access => _access ??= new AccessRules(settings.Web, _sessions.Has);

    private StatusFeed Feed => _feed ??= new StatusFeed(TellAsync, time);

    /// <summary>Who takes commands is there.</summary>
    public void Attach(IActorRef root) => _root = root;

    /// <summary>Lets go of everybody who looks.</summary>
    public void Stop() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    /// <summary>The settings with a sink for live pictures in each pipeline, where any are shown.</summary>
    public ActorPipelineSettings WithPictures() => !settings.Web.Pictures ? settings : settings with
    {
        Pipelines = [.. settings.Pipelines.Select(p => p with { Sinks = [.. p.Sinks, new SinkSettings { Type = PictureSink, Path = p.Id.Value, Overflow = SinkOverflow.Drop, Slots = 1 }] })],
    };

    /// <summary>The type of these sinks; no configuration can name it.</summary>
    private const string PictureSink = "(live picture)";

    /// <summary>Makes such a sink; null for one of another type.</summary>
    public IFrameSink? CreateSink(SinkSettings sink) => sink.Type == PictureSink ? new LivePictureSink(_pictures[sink.Path]) : null;

    /// <summary>What is looked at of a pipeline.</summary>
    internal LivePicture PictureOf(string pipeline) => _pictures[pipeline];

    /// <summary>All that is served.</summary>
    public void Map(WebApplication app)
    {
        foreach (var file in PageFiles.All) app.MapGet(file.Path, file.WriteAsync);
        app.MapPost(AccessRules.LoginPath, LogInAsync);
        app.MapGet("/health/live", context => HealthAsync(context, health => health.IsLive));
        app.MapGet("/health/ready", context => HealthAsync(context, health => health.IsReady));
        app.MapGet("/api/status", async context => await JsonAsync(context, StatusCodes.Status200OK, await StatusAsync()));
        app.MapGet("/api/history", HistoryAsync);
        app.MapGet("/api/live", LiveAsync);
        app.MapGet("/api/pipelines/{id}/picture", PictureAsync);
        app.MapGet("/api/models/{id}/explain", ExplainAsync);
        MapControl(app);
    }

    /// <summary>Looks at each request before it is answered.</summary>
    public async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        var (request, sent) = (context.Request, context.Request.Headers);
        var refused = Access.Refuse(new AccessRequest(request.Method, request.Path.Value ?? "")
        {
            Host = request.Host.Value, Scheme = request.Scheme, Origin = sent.Origin.FirstOrDefault(), FetchSite = sent["Sec-Fetch-Site"].FirstOrDefault(),
            Authorization = sent.Authorization.FirstOrDefault(), Session = request.Cookies[Sessions.Cookie], ContentType = request.ContentType,
        });
        if (refused is var (status, why)) await ErrorAsync(context, status, why);
        else await next(context);
    }

    private async Task LogInAsync(HttpContext context)
    {
        if (_sessions.IsGuessing())
        {
            await ErrorAsync(context, StatusCodes.Status429TooManyRequests, "too many wrong tokens: try again in a minute");
        }
        else if (await BodyAsync(context) is not { } body || body["token"] is not JsonValue value || !value.TryGetValue<string>(out var token) || !Access.NeedsToken || !Access.IsToken(token))
        {
            _sessions.Wrong();
            say($"{Visitor(context)} did not know the token");
            await ErrorAsync(context, StatusCodes.Status401Unauthorized, "this is not the token");
        }
        else
        {
            context.Response.Cookies.Append(
                Sessions.Cookie, _sessions.Begin(), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/", MaxAge = Sessions.Lifetime });
            await JsonAsync(context, StatusCodes.Status200OK, new JsonObject { ["done"] = "welcome" });
        }
    }

    private async Task HealthAsync(HttpContext context, Func<HealthView, bool> isWell)
    {
        HealthView health;
        lock (State.Gate) health = HealthView.Of(State, time.Instant());
        await JsonAsync(context, isWell(health) ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, new JsonObject
        {
            ["live"] = health.IsLive, ["ready"] = health.IsReady, ["reasons"] = StatusJson.Texts(health.Dead.Concat(health.NotReady)),
        });
    }

    private async Task<JsonObject> StatusAsync()
    {
        var board = await BoardAsync();
        lock (State.Gate) return StatusJson.Of(State, name, time.Instant(), board);
    }

    private async Task<BoardView?> BoardAsync()
    {
        if (_root is not { } root || State.Started is null || State.Ended) return null;
        try
        {
            // Where there is no board, it is said in another way.
            return await root.Ask<object>(GetBoardView.Instance, TimeSpan.FromSeconds(1), _stopping.Token) as BoardView;
        }
        catch (Exception error) when (error is AskTimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<(JsonObject Message, long Point, long Mark)> TellAsync(long point, long mark)
    {
        var message = await StatusAsync();
        lock (State.Gate)
        {
            var now = time.Instant();
            message["history"] = HistoryJson.Of(State, point, mark, now);
            return (message, State.Memory.Number, State.LastMark);
        }
    }

    private static string Visitor(HttpContext context) => $"{context.Connection.RemoteIpAddress}";
}
