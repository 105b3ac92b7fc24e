using System.Net;
using System.Net.Http.Headers;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Asks servers, follows them on only where <see cref="PullAddress"/> lets it, and waits for none that says nothing.</summary>
/// <param name="insecure">Whether http is allowed beyond this machine.</param>
/// <param name="time">The clock.</param>
internal sealed class PullClient(bool insecure, TimeProvider time) : IDisposable
{
    /// <summary>How long a server may say nothing.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private const int MostRedirects = 5;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = Idle }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Asks for an address, or for what follows of one.</summary>
    /// <param name="address">The address.</param>
    /// <param name="plan">What is there already.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>The answer, of any status but a redirect, and its body to be read.</returns>
    /// <exception cref="CutOffException">Nobody answers.</exception>
    /// <exception cref="PullException">The address, or where it leads, is not asked.</exception>
    public async Task<PullAnswer> GetAsync(Uri address, ResumePlan plan, CancellationToken stop)
    {
        if (PullAddress.Refusal(address, insecure) is { } refusal) throw new PullException(refusal);
        for (var hops = 0; ; hops++)
        {
            var answer = await SendAsync(address, plan, stop);
            if (!IsRedirect(answer.Response.StatusCode)) return answer;
            using (answer)
            {
                if (hops == MostRedirects) throw new PullException($"'{PullAddress.Shown(address)}' leads on and on: {MostRedirects} times were followed");
                if (answer.Response.Headers.Location is not { } location) throw new PullException($"'{PullAddress.Shown(address)}' leads on, and does not say where");
                var next = new Uri(address, location);
                if (PullAddress.RedirectRefusal(address, next, insecure) is { } why) throw new PullException(why);
                address = next;
            }
        }
    }

    /// <summary>Reads something small.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <inheritdoc cref="GetAsync" path="/exception"/>
    public async Task<byte[]> ReadAsync(Uri address, int most, CancellationToken stop)
    {
        using var answer = await GetAsync(address, ResumePlan.Anew, stop);
        if (answer.Response.StatusCode != HttpStatusCode.OK) throw new PullException($"'{PullAddress.Shown(address)}' answers {(int)answer.Response.StatusCode}");
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await answer.ReadAsync(buffer) is > 0 and var read)
        {
            if (content.Length + read > most) throw new PullException($"'{PullAddress.Shown(address)}' has more than {most} bytes");
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    public void Dispose() => _http.Dispose();

    private async Task<PullAnswer> SendAsync(Uri address, ResumePlan plan, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("ActorPipeline", null));
        if (plan.ETag is { } tag)
        {
            request.Headers.Range = new RangeHeaderValue(plan.Offset, null);
            request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        }
        var bound = new IdleBound(Idle, time, stop);
        try
        {
            return new PullAnswer(await bound.WithinAsync(token => new ValueTask<HttpResponseMessage>(_http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token))), bound);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            bound.Dispose();
            throw new PullException($"'{PullAddress.Shown(address)}' cannot be trusted: {error.InnerException?.Message ?? error.Message}", error);
        }
        catch
        {
            bound.Dispose();
            throw;
        }
    }

    private static bool IsRedirect(HttpStatusCode status) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}
