using ActorPipeline.Hosting.Running;

namespace ActorPipeline.Hosting.Display;

/// <summary>Shows a run while it goes on.</summary>
internal interface IRunDisplay
{
    /// <summary>Shows it until it is over; never fails because of it.</summary>
    /// <param name="record">The run.</param>
    /// <param name="over">Completes when the run is over.</param>
    Task ShowAsync(RunRecord record, Task over);
}

/// <summary>Shows nothing: standard output belongs to the summary.</summary>
internal sealed class NoDisplay : IRunDisplay
{
    public Task ShowAsync(RunRecord record, Task over) => Task.CompletedTask;
}
