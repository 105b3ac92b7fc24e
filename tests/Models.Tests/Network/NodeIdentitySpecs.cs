using System.Security.Cryptography.X509Certificates;

namespace ActorPipeline.Network;

public sealed class NodeIdentitySpecs : IDisposable
{
    private readonly Certificates _site = new();
    private readonly Certificates _other = new("other site");

    public void Dispose()
    {
        _site.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("geheim ü")]
    public void Should_have_its_certificate_and_key_when_the_password_fits(string password)
    {
        using var identity = NodeIdentity.Load(_site.Node("gate", password), password, _site.Authority);

        Assert.Equal(("CN=gate", true), (identity.Certificate.Subject, identity.Certificate.HasPrivateKey));
    }

    [Fact]
    public void Should_read_an_authority_when_it_is_binary() => NodeIdentity.Load(_site.Node("gate"), "", _site.AuthorityDer).Dispose();

    [Fact]
    public void Should_believe_those_alone_that_the_authority_signed()
    {
        using var identity = NodeIdentity.Load(_site.Node("gate"), "", _site.Authority);
        using var friend = Certificate(_site.Node("friend"));
        using var old = Certificate(_site.Node("old", toDays: 0, fromDays: -1));
        using var stranger = Certificate(_other.Node("stranger"));
        using var itself = X509CertificateLoader.LoadCertificateFromFile(_site.Authority);

        Assert.True(identity.Accepts(friend));
        Assert.False(identity.Accepts(stranger));
        Assert.False(identity.Accepts(old));
        Assert.False(identity.Accepts(itself));
        Assert.False(identity.Accepts(null));
    }

    [Fact]
    public void Should_not_believe_the_machines_own_authorities()
    {
        using var identity = NodeIdentity.Load(_site.Node("gate"), "", _site.Authority);
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);

        Assert.All(store.Certificates, root => Assert.False(identity.Accepts(root)));
    }

    [Fact]
    public void Should_say_what_is_wrong_when_a_file_is_not_what_it_should_be()
    {
        var node = _site.Node("gate", "right");
        var text = _site.Write("notes.txt", "no certificate"u8.ToArray());

        Assert.Contains("missing.p12', the certificate of tls, cannot be read: ", Fault("/nowhere/missing.p12", "", _site.Authority));
        Assert.Contains("missing.crt', the authority of tls, cannot be read: ", Fault(node, "right", "/nowhere/missing.crt"));
        Assert.Equal($"'{node}' does not open with the password that is given", Fault(node, "wrong", _site.Authority));
        Assert.Equal($"'{node}' does not open with no password", Fault(node, "", _site.Authority));
        Assert.StartsWith($"'{text}' is no PKCS #12 file with a certificate: ", Fault(text, "", _site.Authority));
        Assert.StartsWith($"'{text}' is no certificate, neither PEM nor DER: ", Fault(node, "right", text));
    }

    [Fact]
    public void Should_say_what_is_wrong_when_a_certificate_does_not_serve()
    {
        using var dead = new Certificates("old authority", fromDays: -20, toDays: -10);

        Assert.Contains("has a certificate and no private key", Fault(_site.Node("keyless", withKey: false), "", _site.Authority));
        Assert.Contains("(CN=old) is no longer valid: it expired on ", Fault(_site.Node("old", fromDays: -1, toDays: 0), "", _site.Authority, hoursOn: 48));
        Assert.Contains("(CN=new) is not valid before ", Fault(_site.Node("new", fromDays: 2), "", _site.Authority));
        Assert.Contains("(CN=old authority) is no longer valid", Fault(_site.Node("gate"), "", dead.Authority));
        Assert.Contains("(CN=gate) was not signed by the authority in ", Fault(_site.Node("gate"), "", _other.Authority));
        var node = _site.Node("leaf");
        using var leaf = Certificate(node);
        Assert.Contains("(CN=leaf) is not an authority's own", Fault(node, "", _site.Write("leaf.crt", leaf.Export(X509ContentType.Cert))));
    }

    private static string Fault(string certificate, string password, string authority, int hoursOn = 0) =>
        Assert.Throws<NodeIdentityException>(() => NodeIdentity.Load(certificate, password, authority, new Later(hoursOn))).Message;

    private static X509Certificate2 Certificate(string path) => X509CertificateLoader.LoadPkcs12FromFile(path, "");

    private sealed class Later(int hours) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(hours);
    }
}
