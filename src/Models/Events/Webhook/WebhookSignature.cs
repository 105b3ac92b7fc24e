using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorPipeline.Events.Webhook;

/// <summary>
/// Signs posts as Standard Webhooks (standardwebhooks.com) has it: HMAC-SHA256 over id, timestamp and body, so that a receiver knows who
/// posted, that nothing was changed, and whether it is an old post again. Pure.
/// </summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>Whether a secret can be one: after "whsec_" stands base64.</summary>
    public static bool IsSecret(string secret) => TryKey(secret, out _);

    /// <summary>The value of the header <c>webhook-signature</c>.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="id">The event's id.</param>
    /// <param name="seconds">When it is posted, in seconds since 1970.</param>
    /// <param name="body">The body.</param>
    public static string Of(string secret, string id, long seconds, ReadOnlySpan<byte> body)
    {
        if (!TryKey(secret, out var key)) throw new ArgumentException("the secret has no base64 after whsec_", nameof(secret));
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}.")));
        mac.AppendData(body);
        return "v1," + Convert.ToBase64String(mac.GetHashAndReset());
    }

    private static bool TryKey(string secret, out byte[] key)
    {
        key = Encoding.UTF8.GetBytes(secret);
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal)) return key.Length > 0;
        var decoded = new byte[secret.Length];
        if (!Convert.TryFromBase64String(secret[Prefix.Length..], decoded, out var bytes) || bytes == 0) return false;
        key = decoded[..bytes];
        return true;
    }
}
