using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace ActorPipeline.Operations;

/// <summary>A Prometheus of a spec's own, on a free port and in a folder of its own, with the rules of the product.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private readonly Process _process;
    private readonly HttpClient _client;

    /// <param name="target">What it scrapes each second.</param>
    /// <param name="token">What it says there.</param>
    public PrometheusServer(Uri target, string token)
    {
        var port = FreePort();
        File.Copy(ShareFiles.PathOf("prometheus/alerts.yml"), _folder.File("alerts.yml"));
        File.WriteAllText(_folder.File("prometheus.yml"), $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [alerts.yml]
            scrape_configs:
              - job_name: actor-pipeline
                authorization: { credentials: "{{token}}" }
                static_configs: [ { targets: ["{{target.Host}}:{{target.Port}}"] } ]
            """);
        _process = Process.Start(new ProcessStartInfo(PrometheusFactAttribute.Server,
            [$"--config.file={_folder.File("prometheus.yml")}", $"--storage.tsdb.path={_folder.File("data")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]))!;
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Soon };
    }

    /// <summary>Asks until an answer is what is waited for.</summary>
    /// <exception cref="OperationCanceledException">It never was.</exception>
    public async Task<JsonArray> WaitForAsync(string query, Func<JsonArray, bool> holds)
    {
        using var bound = new CancellationTokenSource(Soon);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            if (await TryAskAsync(query, bound.Token) is { } result && holds(result)) return result;
            await again.WaitForNextTickAsync(bound.Token);
        }
    }

    /// <summary>The answer to a query.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">It does not parse.</exception>
    public async Task<JsonArray> AskAsync(string query)
    {
        using var response = await _client.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{query}\n{await response.Content.ReadAsStringAsync()}");
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!["data"]!["result"]!.AsArray();
    }

    /// <summary>Its rules, by name, with how each is: "ok", or an error.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RulesAsync()
    {
        var answer = await _client.GetFromJsonAsync<JsonObject>("/api/v1/rules");
        return answer!["data"]!["groups"]!.AsArray().SelectMany(g => g!["rules"]!.AsArray()).ToDictionary(r => $"{r!["name"]}", r => $"{r!["health"]}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    private async Task<JsonArray?> TryAskAsync(string query, CancellationToken cancellation)
    {
        try
        {
            using var response = await _client.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}", cancellation);
            // It is not ready yet.
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable) return null;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return (await response.Content.ReadFromJsonAsync<JsonObject>(cancellation))!["data"]!["result"]!.AsArray();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
