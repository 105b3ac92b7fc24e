using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using ActorPipeline.Events.Outbox;

namespace ActorPipeline.Events.Webhook;

/// <summary>Posts events, one after the other.</summary>
internal sealed class WebhookCourier : ICourier
{
    private readonly WebhookSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public WebhookCourier(WebhookSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        // A redirect is answered by nobody who knows the secret; an address is asked for anew now and then.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = settings.Timeout };
        Name = $"webhook '{settings.Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}'";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Most => 1;

    /// <inheritdoc/>
    public bool IsConnected => true;

    /// <inheritdoc/>
    public Action Lost
    {
        set { }
    }

    /// <summary>Whether an answer says that this event will never be taken; other answers are tried again.</summary>
    internal static bool IsFinal(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Gone or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity;

    /// <inheritdoc/>
    public Task ConnectAsync(CancellationToken stop) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<Delivery> DeliverAsync(IReadOnlyList<StoredEvent> events, CancellationToken stop)
    {
        using var post = Post(events[0]);
        try
        {
            // Nobody reads what is answered: a server that never ends its answer cannot fill memory.
            using var answer = await _http.SendAsync(post, HttpCompletionOption.ResponseHeadersRead, stop);
            if (answer.IsSuccessStatusCode) return new Delivery(1);
            var said = string.Create(CultureInfo.InvariantCulture, $"{(int)answer.StatusCode} {answer.ReasonPhrase}");
            if (IsFinal(answer.StatusCode)) return new Delivery(1, said);
            throw new CourierException($"{Name} answers {said}") { RetryAfter = answer.Headers.RetryAfter?.Delta };
        }
        catch (HttpRequestException e)
        {
            throw new CourierException($"{Name} cannot be reached: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new CourierException($"{Name} does not answer in time", e);
        }
    }

    /// <inheritdoc/>
    public Task CloseAsync(CancellationToken stop) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private HttpRequestMessage Post(StoredEvent e)
    {
        var (kind, id) = e.Head();
        var seconds = _time.GetUtcNow().ToUnixTimeSeconds();
        var post = new HttpRequestMessage(HttpMethod.Post, _settings.Url) { Content = new ByteArrayContent(e.Payload) };
        post.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        post.Headers.UserAgent.Add(new ProductInfoHeaderValue("ActorPipeline", null));
        post.Headers.Add("webhook-id", id);
        post.Headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        post.Headers.Add("actorpipeline-event", kind);
        if (_settings.Secret.Length > 0) post.Headers.Add("webhook-signature", WebhookSignature.Of(_settings.Secret, id, seconds, e.Payload));
        return post;
    }
}
