using ActorPipeline.Telemetry;

namespace ActorPipeline.Cluster;

/// <summary>Published when a neighbour took a batch of crops and it is over, one way or the other.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Node">The neighbour's name.</param>
/// <param name="Crops">How many.</param>
/// <param name="Bytes">Bytes that they were on the way.</param>
/// <param name="Outcome">"answered"; or why not, in a word.</param>
/// <param name="Elapsed">Since it was sent.</param>
public sealed record CropsHandedOff(TimeSpan At, string Node, int Crops, long Bytes, string Outcome, TimeSpan Elapsed) : ITelemetryEvent;

/// <summary>Published when a batch of a neighbour's crops is over.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Node">The neighbour's name.</param>
/// <param name="Crops">How many.</param>
/// <param name="Outcome">"answered"; or why not, in a word.</param>
public sealed record CropsServed(TimeSpan At, string Node, int Crops, string Outcome) : ITelemetryEvent;

/// <summary>Published when another node came, went, or cannot be reached.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Node">Its name.</param>
/// <param name="Change">"heard", "unreachable", "reachable" or "gone".</param>
public sealed record NeighbourChanged(TimeSpan At, string Node, string Change) : ITelemetryEvent;
