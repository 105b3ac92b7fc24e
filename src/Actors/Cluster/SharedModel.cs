namespace ActorPipeline.Cluster;

/// <summary>What two nodes have to agree on before one may do the other's work: the same bytes, and the same names for what they find.</summary>
/// <param name="Content">SHA-256 of the model's content, 64 hexadecimal digits.</param>
/// <param name="Labels">SHA-256 of its label list, a label a line, 64 hexadecimal digits.</param>
public readonly record struct SharedModel(string Content, string Labels);
