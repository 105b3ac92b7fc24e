using ActorPipeline.Inference;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Workers;

public sealed class JobFailuresSpecs
{
    private static readonly WorkerAnswer.Failed Bad = new("no model", LoadFailure.NotAModel);
    private static readonly WorkerAnswer.Failed Killed = new("killed", null);

    public static TheoryData<WorkerAnswer.Failed?[], int, int> Ends => new()
    {
        { [null, null], 2, ExitCode.Done },
        { [null, Bad], 2, ExitCode.BadConfiguration },
        { [Bad, Killed], 2, ExitCode.Failed },
        { [null], 2, ExitCode.Failed },
        { [], 0, ExitCode.Done },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Should_say_how_the_jobs_went_when_they_are_over(WorkerAnswer.Failed?[] ends, int jobs, int expected) => Assert.Equal(expected, JobFailures.ExitCodeOf(ends, jobs));
}
