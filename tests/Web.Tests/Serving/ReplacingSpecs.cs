using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ActorPipeline.Hosting.Web;

/// <summary>The real program, with real models, gets another file for one of them while it runs.</summary>
public sealed class ReplacingSpecs(ServedProgram program) : IClassFixture<ServedProgram>, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [DataFact]
    public async Task Should_serve_from_the_new_file_when_it_is_as_good_and_stay_with_it_when_the_next_is_none()
    {
        _client.BaseAddress = program.Address;
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ServedProgram.Token);
        var (copy, broken) = (_folder.File("copy.onnx"), _folder.File("broken.onnx"));
        File.Copy(TestData.PathOf("models", "SqueezeNet_fp32.onnx"), copy);
        File.WriteAllText(broken, "no model at all");

        await BegunAsync();

        var answer = await ReloadAsync(copy);

        Assert.Contains("model 'classifier' is tried with", answer.ToJsonString().Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        var told = await DecidedAsync();
        Assert.True(told.StartsWith("classifier is copy.onnx from now on: it says what the old one says in 100 % of the cases", StringComparison.Ordinal), told);
        Assert.Empty((await ReloadAsync(copy))["applied"]!.AsArray());

        answer = await ReloadAsync(broken);

        Assert.Contains("stays with", Assert.Single(answer["refused"]!.AsArray())!.GetValue<string>(), StringComparison.Ordinal);
        var status = await _client.GetFromJsonAsync<JsonObject>("/api/status");
        Assert.Equal(["classifier", "detector"], status!["models"]!.AsArray().Select(m => m!["id"]!.GetValue<string>()));
    }

    private async Task<JsonObject> ReloadAsync(string path)
    {
        // With room for the copies that both are run on.
        program.WriteConfiguration("52 MiB", $"models.classifier.path = \"{path}\"");
        var response = await _client.PostAsJsonAsync("/api/reload", new { });
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    private async Task BegunAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await _client.GetAsync("/health/ready", bound.Token)).IsSuccessStatusCode) await Task.Delay(100, bound.Token);
    }

    private async Task<string> DecidedAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (true)
        {
            var history = await _client.GetFromJsonAsync<JsonObject>("/api/history", bound.Token);
            if (history!["marks"]!.AsArray().Select(m => m!["text"]!.GetValue<string>()).FirstOrDefault(t => t.StartsWith("classifier is", StringComparison.Ordinal) || t.StartsWith("classifier stays", StringComparison.Ordinal)) is { } found) return found;
            await Task.Delay(100, bound.Token);
        }
    }
}
