using ActorPipeline.Inference;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Workers;

/// <summary>What a process is to say where jobs failed.</summary>
internal static class JobFailures
{
    /// <summary>The exit code: a bad model is a bad configuration, any other failure is one.</summary>
    /// <param name="ends">How each job ended; null where it was done.</param>
    /// <param name="jobs">How many there were: one without an end is one whose turn never came.</param>
    public static int ExitCodeOf(IReadOnlyCollection<WorkerAnswer.Failed?> ends, int jobs)
    {
        if (ends.Count < jobs || ends.Any(end => end is not null && end.Failure?.IsBadModel() != true)) return ExitCode.Failed;
        return ends.Any(end => end is not null) ? ExitCode.BadConfiguration : ExitCode.Done;
    }
}
