namespace ActorPipeline.Serving;

/// <summary>Names of the dispatchers in <c>hocon/dispatchers.conf</c>.</summary>
internal static class ServingHosting
{
    /// <summary>A thread of its own for each lane.</summary>
    public const string LaneDispatcher = "actor-pipeline.lane-dispatcher";

    /// <summary>One thread for all loads and unloads.</summary>
    public const string LoadDispatcher = "actor-pipeline.load-dispatcher";

    /// <summary>A thread of its own for each source and sink.</summary>
    public const string BlockingDispatcher = "actor-pipeline.blocking-dispatcher";
}
