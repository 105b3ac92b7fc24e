using System.Collections.Concurrent;
using ActorPipeline.Catalog;
using Spectre.Console;

namespace ActorPipeline.Hosting.Display;

/// <summary>A progress bar over all jobs, and one for each model, for a person at a terminal. It goes when the work is over.</summary>
/// <param name="console">The terminal.</param>
/// <param name="title">Of the bar over all.</param>
/// <param name="doing">What is done to a model meanwhile: "building".</param>
/// <param name="models">The models, in the order of their jobs.</param>
internal sealed class JobProgress(IAnsiConsole console, string title, string doing, IReadOnlyList<ModelId> models) : IJobDisplay
{
    private readonly ConcurrentDictionary<ModelId, ProgressTask> _bars = new();
    private ProgressTask? _all;

    /// <inheritdoc/>
    public Task ShowAsync(Func<Task> work) => console.Progress().AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
        .StartAsync(async progress =>
        {
            _all = progress.AddTask($"[bold]{Markup.Escape(title)}[/]", maxValue: models.Count);
            foreach (var model in models) _bars[model] = progress.AddTask(Text(model, "waits"), autoStart: false, maxValue: 1);
            await work();
        });

    /// <inheritdoc/>
    public void Began(ModelId model)
    {
        if (!_bars.TryGetValue(model, out var bar)) return;
        bar.Description = Text(model, doing);
        // Nobody knows how far a build is.
        bar.IsIndeterminate = true;
        bar.StartTask();
    }

    /// <inheritdoc/>
    public void Ended(ModelId model, string how)
    {
        if (!_bars.TryGetValue(model, out var bar)) return;
        bar.Description = Text(model, how);
        bar.IsIndeterminate = false;
        bar.Value = bar.MaxValue;
        bar.StopTask();
        _all!.Increment(1);
    }

    private static string Text(ModelId model, string state) => $"{Markup.Escape(model.Value)}: {Markup.Escape(state)}";
}
