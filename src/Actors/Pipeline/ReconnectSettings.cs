namespace ActorPipeline.Pipeline;

/// <summary><c>reconnect</c>: how a live source that broke off is opened again. A file that breaks off is at its end.</summary>
public sealed record ReconnectSettings
{
    /// <value>Wait before the first try; doubles with each. 10 ms to 1 h. Default 1 s.</value>
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>Longest wait between two tries. At least <see cref="First"/>; up to 1 h. Default 30 s.</value>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>How long one outage may last; then the source is lost, and its pipeline ends. Zero: it is lost at once. 0 to 1 year. Default 1 day.</value>
    public TimeSpan For { get; init; } = TimeSpan.FromDays(1);

    /// <summary>A live source that breaks off is lost.</summary>
    public static ReconnectSettings Never { get; } = new() { For = TimeSpan.Zero };
}
