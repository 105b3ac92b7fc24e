using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Remembers when the newest index of each address was issued, so that an older one, whose signature is as good, is not taken for news.</summary>
/// <param name="folder">Where that is kept.</param>
internal sealed class SeenIndexes(string folder)
{
    /// <summary>Takes an index, and remembers it.</summary>
    /// <param name="address">Where it was.</param>
    /// <param name="issuedAt">When it was issued.</param>
    /// <exception cref="PullException">A newer one was seen before, or what was seen cannot be read or kept.</exception>
    public void Take(Uri address, DateTimeOffset issuedAt)
    {
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.AbsoluteUri)))[..32] + ".json");
        try
        {
            var seen = Read(path);
            if (issuedAt < seen) throw new PullException($"it is of {Text(issuedAt)}, and one of {Text(seen.Value)} was seen there before: somebody may be showing an old one. Where that is as it should be, remove '{path}'");
            if (issuedAt == seen) return;
            Directory.CreateDirectory(folder);
            WholeFile.Write(path, new JsonObject { ["address"] = PullAddress.Shown(address), ["issuedAt"] = Text(issuedAt) }.ToJsonString());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PullException($"what was seen of it cannot be kept in '{path}': {error.Message}", error);
        }
    }

    private static DateTimeOffset? Read(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            if (JsonNode.Parse(File.ReadAllText(path)) is JsonObject seen && seen["issuedAt"] is JsonValue text && text.TryGetValue(out DateTimeOffset issuedAt)) return issuedAt;
        }
        catch (JsonException)
        {
            // Said below.
        }
        throw new PullException($"what was seen of it before cannot be read: '{path}' is damaged; remove it where nobody but you could have changed it");
    }

    private static string Text(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
