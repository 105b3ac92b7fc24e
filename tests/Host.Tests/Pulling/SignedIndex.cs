using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Makes indexes and signs them.</summary>
internal sealed class SignedIndex(TestFolder folder) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The file of the public key.</summary>
    public string KeyFile => folder.WriteText("pull.pem", _key.ExportSubjectPublicKeyInfoPem());

    public static JsonObject Of(params JsonObject[] models) => new() { ["format"] = 1, ["issuedAt"] = "2026-11-01T12:00:00Z", ["models"] = new JsonArray([.. models]) };

    public static JsonObject Model(string name, params JsonObject[] files) => new()
    {
        ["name"] = name, ["description"] = "finds things", ["kind"] = "picodet", ["licence"] = new JsonObject { ["id"] = "Apache-2.0", ["url"] = "https://example.org/licence" }, ["files"] = new JsonArray([.. files]),
    };

    public static JsonObject File(string role, string name, byte[] content, string? url = null) =>
        new() { ["role"] = role, ["name"] = name, ["url"] = url ?? name, ["size"] = content.Length, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content)) };

    /// <summary>Puts one on a server, under a path of its own: what was seen of others is no matter.</summary>
    public Uri Serve(ModelServer server, JsonObject index, string? path = null)
    {
        var content = Encoding.UTF8.GetBytes(index.ToJsonString());
        path ??= $"/{Guid.NewGuid():N}/index.json";
        server.Serve(path + ".sig", Sign(content));
        return server.Serve(path, content);
    }

    public byte[] Sign(byte[] content) => _key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}
