using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorPipeline.Hosting.Web;

/// <summary>Asks a program that runs how it stands.</summary>
internal static class StatusClient
{
    /// <summary>Asks.</summary>
    /// <param name="client">Asks with.</param>
    /// <param name="page">Where its page is.</param>
    /// <param name="token">Its token; null for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The status, or why there is none, for people.</returns>
    public static async Task<(JsonObject? Status, string Error)> AskAsync(HttpClient client, Uri page, string? token, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(page, "/api/status"));
            if (!string.IsNullOrEmpty(token)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await client.SendAsync(request, cancellation);
            if (response.StatusCode == HttpStatusCode.Unauthorized) return (null, $"{page} needs {(string.IsNullOrEmpty(token) ? "its" : "another")} token");
            if (!response.IsSuccessStatusCode) return (null, $"{page} answers {(int)response.StatusCode} {response.ReasonPhrase}");
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation)) is JsonObject status && status["ready"] is JsonValue
                ? (status, "")
                : (null, $"{page} is the page of another program");
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or TaskCanceledException or NotSupportedException or InvalidOperationException)
        {
            return (null, $"{page} does not answer: {error.Message}");
        }
    }
}
