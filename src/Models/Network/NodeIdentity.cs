using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorPipeline.Network;

/// <summary>
/// Who a node is, and whom it believes: its certificate with the key, and the one authority of its site. The machine's own trusted
/// authorities count for nothing: they sign for everybody.
/// </summary>
public sealed class NodeIdentity : IDisposable
{
    private const int WrongPassword = unchecked((int)0x80070056);

    private readonly X509Certificate2Collection _authority;

    private NodeIdentity(X509Certificate2 certificate, X509Certificate2Collection authority) => (Certificate, _authority) = (certificate, authority);

    /// <summary>This node's certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Reads both files, and looks whether they fit each other.</summary>
    /// <param name="certificate">The path of a PKCS #12 file.</param>
    /// <param name="password">Of that file; empty for none.</param>
    /// <param name="authority">The path of a certificate, PEM or DER.</param>
    /// <param name="time">Tells whether a certificate is valid now; null for the system's clock.</param>
    /// <exception cref="NodeIdentityException">A file is not there or is none of the kind, the password is wrong, the key is missing, the time is over, or the one did not sign the other.</exception>
    public static NodeIdentity Load(string certificate, string password, string authority, TimeProvider? time = null)
    {
        var now = (time ?? TimeProvider.System).GetUtcNow();
        var trusted = ReadAuthority(authority, now);
        var own = ReadCertificate(certificate, password);
        var identity = new NodeIdentity(own, trusted);
        try
        {
            if (!own.HasPrivateKey) throw new NodeIdentityException($"'{certificate}' has a certificate and no private key: a node needs both in one file (openssl pkcs12 -export -inkey ... -in ...)");
            CheckTime(own, $"the certificate in '{certificate}'", now);
            return identity.Accepts(own) ? identity
                : throw new NodeIdentityException($"the certificate in '{certificate}' ({own.Subject}) was not signed by the authority in '{authority}' ({trusted[0].Subject}): no other node would let it in");
        }
        catch (NodeIdentityException)
        {
            identity.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether a certificate was signed by the site's authority, and is valid now. Its names and what it says it is for are not looked at: a
    /// node is whoever the authority signed for, at whatever address. There are no lists of revoked certificates: who must not come
    /// back takes a new authority.
    /// </summary>
    /// <param name="peer">Whose; null where a connection came without one.</param>
    /// <param name="between">What the other side sent along: authorities between that certificate and the site's.</param>
    public bool Accepts(X509Certificate2? peer, X509Certificate2Collection? between = null)
    {
        if (peer is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authority);
        if (between is not null) chain.ChainPolicy.ExtraStore.AddRange(between);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        try
        {
            // The authority's own certificate speaks for no node, wherever its key lies.
            return !_authority.Contains(peer) && chain.Build(peer);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var one in _authority) one.Dispose();
    }

    private static X509Certificate2 ReadCertificate(string path, string password)
    {
        var bytes = ReadFile(path, "certificate");
        try
        {
            return X509CertificateLoader.LoadPkcs12(bytes, password);
        }
        catch (CryptographicException fault) when (fault.HResult == WrongPassword)
        {
            throw new NodeIdentityException($"'{path}' does not open with {(password.Length == 0 ? "no password" : "the password that is given")}", fault);
        }
        catch (CryptographicException fault)
        {
            throw new NodeIdentityException($"'{path}' is no PKCS #12 file with a certificate: {fault.Message}", fault);
        }
    }

    private static X509Certificate2Collection ReadAuthority(string path, DateTimeOffset now)
    {
        var bytes = ReadFile(path, "authority");
        var found = new X509Certificate2Collection();
        try
        {
            if (bytes.AsSpan().IndexOf("-----BEGIN "u8) >= 0) found.ImportFromPem(System.Text.Encoding.Latin1.GetString(bytes));
            else found.Add(X509CertificateLoader.LoadCertificate(bytes));
        }
        catch (CryptographicException fault)
        {
            throw new NodeIdentityException($"'{path}' is no certificate, neither PEM nor DER: {fault.Message}", fault);
        }

        if (found.Count == 0) throw new NodeIdentityException($"'{path}' has no certificate in it");
        foreach (var one in found)
        {
            if (one.Extensions.OfType<X509BasicConstraintsExtension>().All(basic => !basic.CertificateAuthority) || !one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData))
            {
                throw new NodeIdentityException($"the certificate in '{path}' ({one.Subject}) is not an authority's own: it must be signed by itself, and be allowed to sign others");
            }

            CheckTime(one, $"the authority in '{path}'", now);
        }

        return found;
    }

    private static void CheckTime(X509Certificate2 certificate, string what, DateTimeOffset now)
    {
        if (now > certificate.NotAfter) throw new NodeIdentityException($"{what} ({certificate.Subject}) is no longer valid: it expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}");
        if (now < certificate.NotBefore) throw new NodeIdentityException($"{what} ({certificate.Subject}) is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC: is this machine's clock right?");
    }

    private static byte[] ReadFile(string path, string what)
    {
        try
        {
            var file = new FileInfo(path);
            if (file is { Exists: true, Length: > 1024 * 1024 }) throw new NodeIdentityException($"'{path}', of {what}, is larger than a certificate ever is");
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new NodeIdentityException($"'{path}', the {what} of tls, cannot be read: {fault.Message}", fault);
        }
    }
}
