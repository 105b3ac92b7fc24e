using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorPipeline.ClusterTests;

/// <summary>An authority that signs certificates of nodes, for <c>actor-pipeline.cluster.tls</c> and for those who attack it.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;

    /// <param name="name">Of the authority.</param>
    public TestAuthority(string name = "site")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name} authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(400));
    }

    /// <summary>A certificate with its key.</summary>
    /// <param name="name">Whose.</param>
    /// <param name="address">The IP address or name at which it is reached.</param>
    /// <param name="validFrom">Default yesterday.</param>
    /// <param name="validTo">Default tomorrow.</param>
    public X509Certificate2 Sign(string name, string address, DateTimeOffset? validFrom = null, DateTimeOffset? validTo = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        // For servers and clients: nodes are both.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(address, out var ip)) names.AddIpAddress(ip);
        else names.AddDnsName(address);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_root, validFrom ?? DateTimeOffset.UtcNow.AddDays(-1), validTo ?? DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(12));
        using var whole = signed.CopyWithPrivateKey(key);
        // Through a file's form: SslStream takes no key that lives in memory alone on every platform.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Writes a node's files.</summary>
    /// <returns>The block <c>tls</c> of its configuration.</returns>
    public string WriteTo(string folder, string name, string address, string password = "secret")
    {
        using var certificate = Sign(name, address);
        string node = Path.Combine(folder, "node.p12"), authority = Path.Combine(folder, "authority.pem");
        File.WriteAllBytes(node, certificate.Export(X509ContentType.Pkcs12, password));
        File.WriteAllText(authority, _root.ExportCertificatePem());
        return $$"""tls { certificate = "{{node}}", password = "{{password}}", authority = "{{authority}}" }""";
    }

    public void Dispose() => _root.Dispose();
}
