namespace ActorPipeline.Bench.Watch;

/// <summary>Somebody who has the page open: what it loads, what it is told each second, the pictures, and metrics scraped each second. A browser draws as well; that is not the program's.</summary>
internal sealed class PageViewer : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _over = new();
    private readonly Task[] _looking;

    /// <param name="page">Where it is.</param>
    public PageViewer(Uri page)
    {
        _client = new HttpClient { BaseAddress = page };
        _looking = [ReadAsync("/api/live"), ReadAsync("/api/pipelines/street/picture"), ScrapeAsync()];
    }

    /// <summary>Bytes that came.</summary>
    public long Bytes { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await Task.WhenAll(_looking);
        _client.Dispose();
        _over.Dispose();
    }

    private async Task ReadAsync(string path)
    {
        try
        {
            await using var stream = await _client.GetStreamAsync(path, _over.Token);
            var buffer = new byte[64 * 1024];
            while (await stream.ReadAsync(buffer, _over.Token) is var read and > 0) Bytes += read;
        }
        catch (Exception end) when (end is OperationCanceledException or HttpRequestException or IOException)
        {
            // The run is over, or this is.
        }
    }

    private async Task ScrapeAsync()
    {
        try
        {
            using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
            do Bytes += (await _client.GetByteArrayAsync("/metrics", _over.Token)).Length;
            while (await second.WaitForNextTickAsync(_over.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or HttpRequestException or IOException)
        {
            // The run is over, or this is.
        }
    }
}
