namespace ActorPipeline.Hosting.Commands;

/// <summary>Where a command writes.</summary>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">Warnings and errors.</param>
/// <param name="Interactive">Whether a person looks at <paramref name="Out"/>, so that a display may redraw itself.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool Interactive);
