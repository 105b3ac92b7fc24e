using System.Diagnostics;
using System.Security.Cryptography;

namespace ActorPipeline.Hosting.Pulling;

public sealed class IndexKeySpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_know_it_and_nothing_else_when_something_was_signed_with_it()
    {
        using var signer = new SignedIndex(_folder);
        using var other = new SignedIndex(_folder);
        using var key = IndexKey.Read(signer.KeyFile);
        byte[] content = [1, 2, 3];
        var signature = signer.Sign(content);

        Assert.True(key.Signed(content, signature));
        Assert.False(key.Signed([1, 2, 4], signature));
        Assert.False(key.Signed(content, other.Sign(content)));
        Assert.False(key.Signed(content, signature.AsSpan(1)));
        Assert.False(key.Signed(content, [.. signature, 0]));
        Assert.False(key.Signed(content, []));
        Assert.False(key.Signed(content, "<html>not here</html>"u8));
    }

    [Fact]
    public void Should_take_what_openssl_makes_when_it_is_told_as_the_docs_tell()
    {
        var text = File.ReadAllText(Path.Combine(Readme.ReadmeText.Root, "docs", "models.md"));
        _folder.WriteText("index.json", "{}");
        foreach (var command in text.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith("openssl ", StringComparison.Ordinal))) OpenSsl(command);

        using var key = IndexKey.Read(_folder.File("pull.pem"));
        Assert.True(key.Signed("{}"u8, File.ReadAllBytes(_folder.File("index.json.sig"))));
        Assert.Contains("is a private one", Assert.Throws<PullException>(() => IndexKey.Read(_folder.File("private.pem"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_so_when_it_is_no_such_key()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        foreach (var (text, expected) in new[]
                 {
                     (curve.ExportSubjectPublicKeyInfoPem(), "is not of the curve P-256"), (rsa.ExportSubjectPublicKeyInfoPem(), "no public key in PEM form"),
                     ("rubbish", "no public key in PEM form"), ("", "no public key in PEM form"), ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no public key in PEM form"),
                 })
        {
            Assert.Contains(expected, Assert.Throws<PullException>(() => IndexKey.Read(_folder.WriteText("key.pem", text))).Message, StringComparison.Ordinal);
        }
        Assert.Contains("cannot be read", Assert.Throws<PullException>(() => IndexKey.Read(_folder.File("nowhere.pem"))).Message, StringComparison.Ordinal);
    }

    private void OpenSsl(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = _folder.Path, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
