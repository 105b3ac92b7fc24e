using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorPipeline.Events.Mqtt;

/// <summary>An authority, and a certificate for localhost that it signed, as PEM files.</summary>
internal sealed class ServerCertificate : IDisposable
{
    private readonly TestFolder _folder = new();

    public ServerCertificate()
    {
        var now = DateTimeOffset.UtcNow;
        using var root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=house authority", root, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var signer = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(signer, now.AddDays(-1), now.AddDays(29), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Authority, signer.ExportCertificatePem());
        File.WriteAllText(Certificate, signed.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }

    public string Authority => _folder.File("ca.pem");

    public string Certificate => _folder.File("server.pem");

    public string Key => _folder.File("server.key");

    public void Dispose() => _folder.Dispose();
}
