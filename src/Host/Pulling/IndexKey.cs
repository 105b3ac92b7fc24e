using System.Security.Cryptography;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>The public key that an index has to be signed with: ECDSA on P-256 with SHA-256, the signature in DER as openssl writes it.</summary>
internal sealed class IndexKey : IDisposable
{
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly ECDsa _key = ECDsa.Create();

    private IndexKey(string pem) => _key.ImportFromPem(pem);

    /// <summary>Reads one.</summary>
    /// <param name="path">A PEM file.</param>
    /// <exception cref="PullException">It cannot be read, or is no such key.</exception>
    public static IndexKey Read(string path)
    {
        try
        {
            var pem = File.ReadAllText(path);
            if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal)) throw new PullException($"the key '{path}' is a private one, which belongs to who signs the index alone; the public one is needed here");
            var key = new IndexKey(pem);
            if (key._key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256) return key;
            key.Dispose();
            throw new PullException($"the key '{path}' is not of the curve P-256");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new PullException($"the key '{path}' cannot be read: {(error is ArgumentException or CryptographicException ? "it is no public key in PEM form (-----BEGIN PUBLIC KEY-----)" : error.Message)}", error);
        }
    }

    /// <summary>Whether these bytes were signed with it.</summary>
    public bool Signed(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) => _key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();
}
