namespace ActorPipeline.Hosting.Web;

/// <summary>Something that happened at one moment, for the picture of memory.</summary>
/// <param name="Number">Counts marks, from 1.</param>
/// <param name="At">On the actors' clock.</param>
/// <param name="Kind">"load", "yield", "refusal" or "budget".</param>
/// <param name="Who">The model; empty for none.</param>
/// <param name="Text">For people.</param>
internal sealed record Mark(long Number, TimeSpan At, string Kind, string Who, string Text);
