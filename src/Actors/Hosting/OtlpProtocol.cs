namespace ActorPipeline.Hosting;

/// <summary>How an OpenTelemetry collector is spoken to.</summary>
public enum OtlpProtocol
{
    /// <summary>Protobuf over HTTP, usually at port 4318.</summary>
    Http,

    /// <summary>gRPC, usually at port 4317.</summary>
    Grpc,
}
