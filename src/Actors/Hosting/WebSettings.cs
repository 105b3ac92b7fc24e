namespace ActorPipeline.Hosting;

/// <summary><c>actor-pipeline.web</c>: the live page, its interface for programs, health and metrics, served by the program <c>actorpipeline</c>.</summary>
public sealed record WebSettings
{
    /// <value>Whether there is one. Default no: then nothing listens, and nothing of this costs anything.</value>
    public bool Enabled { get; init; }

    /// <value>The address or name that it listens on. Default "127.0.0.1".</value>
    public string Host { get; init; } = "127.0.0.1";

    /// <value>The port that it listens on; 0 for any free one. Default 8780.</value>
    public int Port { get; init; } = 8780;

    /// <value>Whether it shows pictures. Each pipeline then has a buffer of one frame more. Default yes.</value>
    public bool Pictures { get; init; } = true;

    /// <value>What a visitor has to know, 16 characters at least; empty for none, and then only this machine is listened to. Default empty.</value>
    public string Token { get; init; } = "";

    /// <value>The path of its certificate and key, a PKCS #12 file; empty for no TLS. Default empty.</value>
    public string Certificate { get; init; } = "";

    /// <value>The password of that file; empty for none.</value>
    public string CertificatePassword { get; init; } = "";

    /// <summary>Without token and password: it goes into logs.</summary>
    public override string ToString() => Enabled ? $"{Host}:{Port}" : "off";
}
