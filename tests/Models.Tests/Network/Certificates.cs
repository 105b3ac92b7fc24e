using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorPipeline.Network;

/// <summary>An authority, and files with certificates that it signed, in a folder that goes with it.</summary>
internal sealed class Certificates : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly X509Certificate2 _authority;

    public Certificates(string name = "site authority", int fromDays = -1, int toDays = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(Now.AddDays(fromDays), Now.AddDays(toDays));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("certificates").FullName;

    public string Authority => Write("authority.crt", System.Text.Encoding.ASCII.GetBytes(_authority.ExportCertificatePem()));

    public string AuthorityDer => Write("authority.der", _authority.Export(X509ContentType.Cert));

    /// <summary>The path of a node's certificate.</summary>
    public string Node(string name, string password = "", int fromDays = -1, int toDays = 29, bool withKey = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var signed = request.Create(_authority, Now.AddDays(fromDays), Now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        using var whole = withKey ? signed.CopyWithPrivateKey(key) : X509CertificateLoader.LoadCertificate(signed.RawData);
        return Write(name + ".p12", whole.Export(X509ContentType.Pkcs12, password));
    }

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
