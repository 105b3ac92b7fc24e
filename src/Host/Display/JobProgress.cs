using System.Collections.Concurrent;
using System.Globalization;
using Spectre.Console;

namespace ActorPipeline.Hosting.Display;

/// <summary>A progress bar over all jobs, and one for each model, for a person at a terminal. It goes when the work is over.</summary>
/// <param name="console">The terminal.</param>
/// <param name="title">Of the bar over all.</param>
/// <param name="doing">What is done to a model meanwhile: "building".</param>
/// <param name="models">The models, in the order of their jobs.</param>
internal sealed class JobProgress(IAnsiConsole console, string title, string doing, IReadOnlyList<string> models) : IJobDisplay
{
    private readonly ConcurrentDictionary<string, ProgressTask> _bars = new();
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
    public void Began(string model)
    {
        if (!_bars.TryGetValue(model, out var bar)) return;
        bar.Description = Text(model, doing);
        // Until it says how far it is; a build never does.
        bar.IsIndeterminate = true;
        bar.StartTask();
    }

    /// <inheritdoc/>
    public void At(string model, double share)
    {
        if (!_bars.TryGetValue(model, out var bar)) return;
        bar.Description = Text(model, string.Create(CultureInfo.InvariantCulture, $"{doing} {(int)(share * 100)} %"));
        bar.IsIndeterminate = false;
        bar.Value = share * bar.MaxValue;
    }

    /// <inheritdoc/>
    public void Ended(string model, string how)
    {
        if (!_bars.TryGetValue(model, out var bar)) return;
        bar.Description = Text(model, how);
        bar.IsIndeterminate = false;
        bar.Value = bar.MaxValue;
        bar.StopTask();
        _all!.Increment(1);
    }

    private static string Text(string model, string state) => $"{Markup.Escape(model)}: {Markup.Escape(state)}";
}
