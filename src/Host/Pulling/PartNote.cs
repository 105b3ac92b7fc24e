namespace ActorPipeline.Hosting.Pulling;

/// <summary>What is noted of a file that is being downloaded.</summary>
/// <param name="Sha256">What its bytes are to be.</param>
/// <param name="ETag">What the server calls the file; null where it does not say.</param>
internal sealed record PartNote(string Sha256, string? ETag);
