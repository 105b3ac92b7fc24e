namespace ActorPipeline.Hosting;

/// <summary><c>actor-pipeline.telemetry</c>: traces of frames, and where the program <c>actorpipeline</c> sends what it knows. Who embeds sends it wherever he likes.</summary>
public sealed record TelemetrySettings
{
    /// <value>The share of frames that are traced while somebody listens: 0, none, to 1, all. Default 0.01.</value>
    public double TraceSample { get; init; } = 0.01;

    /// <value>Where an OpenTelemetry collector listens, as "http://host:4318"; empty for none. Default empty.</value>
    public string OtlpEndpoint { get; init; } = "";

    /// <value>How it is spoken to. Default http.</value>
    public OtlpProtocol OtlpProtocol { get; init; } = OtlpProtocol.Http;

    /// <value>How often metrics are sent. 100 ms to 1 h. Default 15 s.</value>
    public TimeSpan OtlpInterval { get; init; } = TimeSpan.FromSeconds(15);
}
