using ActorPipeline.Network;
using Akka.Actor;
using static ActorPipeline.Cluster.Network.NetworkKit;

namespace ActorPipeline.Cluster.Network;

public sealed class ClusterTlsSpecs : IAsyncDisposable
{
    private readonly Certificates _site = new();
    private readonly NetworkKit _kit = new();

    public async ValueTask DisposeAsync()
    {
        await _kit.DisposeAsync();
        _site.Dispose();
    }

    [Fact]
    public void Should_let_a_node_in_when_one_authority_signed_for_both()
    {
        var (first, second) = (_kit.Node(Of("gate", _site)), _kit.Node(Of("hall", _site)));

        foreach (var node in new[] { first, second }) NetworkKit.Of(node).Join(NetworkKit.Of(first).SelfAddress);

        Until(() => NetworkKit.Of(first).State.Members.Count == 2 && NetworkKit.Of(second).State.Members.Count == 2, "they are one cluster");
        Assert.Equal("akka.ssl.tcp", NetworkKit.Of(first).SelfAddress.Protocol);
    }

    [Fact]
    public void Should_not_let_a_node_in_when_another_authority_signed_for_it()
    {
        using var other = new Certificates("other site");
        var (node, stranger) = (_kit.Node(Of("gate", _site)), _kit.Node(Of("gate", other)));
        NetworkKit.Of(node).Join(NetworkKit.Of(node).SelfAddress);
        Until(() => NetworkKit.Of(node).State.Members.Count == 1, "it is a cluster of one");

        NetworkKit.Of(stranger).Join(NetworkKit.Of(node).SelfAddress);
        UntilWarned(stranger, "is not of this cluster's authority");
        // The other way round: who refuses is the node.
        NetworkKit.Of(node).System.ActorSelection(new RootActorPath(NetworkKit.Of(stranger).SelfAddress) / "user").Tell("hello");
        UntilWarned(node, "is not of this cluster's authority");

        Assert.Single(NetworkKit.Of(node).State.Members);
    }

    [Fact]
    public void Should_refuse_a_certificate_of_another_authority_when_the_caller_would_take_any()
    {
        using var other = new Certificates("other site");
        var (node, path) = (_kit.Node(Of("gate", _site)), other.Node("trickster"));

        Knock(node, certificate: path);

        UntilWarned(node, "(CN=trickster) is not of this cluster's authority");
    }

    [Fact]
    public void Should_refuse_who_has_no_certificate()
    {
        var node = _kit.Node(Of("gate", _site));

        Knock(node, certificate: null);

        UntilWarned(node, "client did not provide a certificate");
    }

    [Fact]
    public void Should_not_let_a_node_in_when_it_speaks_without_tls()
    {
        var (node, plain) = (_kit.Node(Of("gate", _site)), _kit.Node());
        NetworkKit.Of(node).Join(NetworkKit.Of(node).SelfAddress);
        Until(() => NetworkKit.Of(node).State.Members.Count == 1, "it is a cluster of one");

        NetworkKit.Of(plain).Join(NetworkKit.Of(node).SelfAddress.WithProtocol("akka.tcp"));

        UntilWarned(node, "not an SSL/TLS record");
        Assert.Single(NetworkKit.Of(node).State.Members);
        Assert.Empty(NetworkKit.Of(plain).State.Members);
    }

    [Fact]
    public void Should_say_what_is_wrong_when_it_cannot_prove_who_it_is() =>
        Assert.Throws<NodeIdentityException>(() => ClusterNetwork.Of(Plain with { Tls = new ClusterTlsSettings("/nowhere/gate.p12", "", _site.Authority) }));

    [Fact]
    public void Should_not_listen_beyond_loopback_without_tls_unless_it_is_told_to()
    {
        Assert.Contains("'0.0.0.0' is reached from other machines, and there is no tls", Assert.Throws<NodeIdentityException>(() => ClusterNetwork.Of(Plain with { Host = "0.0.0.0" })).Message);
        Assert.NotNull(ClusterNetwork.Of(Plain with { Host = "0.0.0.0", InsecureNetwork = true }));
    }

    private static ClusterSettings Of(string name, Certificates site) => Plain with { Tls = new ClusterTlsSettings(site.Node(name), "", site.Authority) };

    /// <summary>Somebody who believes everybody begins a connection.</summary>
    private static void Knock(ActorSystem node, string? certificate)
    {
        using var client = new System.Net.Sockets.TcpClient("127.0.0.1", NetworkKit.Of(node).SelfAddress.Port!.Value);
        using var stream = new System.Net.Security.SslStream(client.GetStream(), false, (_, _, _, _) => true);
        var own = new System.Security.Cryptography.X509Certificates.X509CertificateCollection();
        if (certificate is not null) own.Add(System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadPkcs12FromFile(certificate, ""));
        try
        {
            stream.AuthenticateAsClient("gate", own, checkCertificateRevocation: false);
            Assert.True(stream.ReadByte() < 0);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            // Turned away within the handshake or behind it.
        }
    }
}
