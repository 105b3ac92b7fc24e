using ActorPipeline.Quantization;
using Spectre.Console;

namespace ActorPipeline.Hosting.Display;

/// <summary>A progress bar for each phase, for a person at a terminal. They go when the work is over.</summary>
/// <param name="console">The terminal.</param>
internal sealed class PhaseProgress(IAnsiConsole console) : IPhaseDisplay
{
    private const int LongestText = 60;

    private readonly Dictionary<QuantizationPhase, ProgressTask> _bars = [];
    private QuantizationPhase? _phase;

    /// <inheritdoc/>
    public Task<T> ShowAsync<T>(Func<Task<T>> work) => console.Progress().AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .StartAsync(progress =>
        {
            foreach (var phase in PhaseTitles.All) _bars[phase] = progress.AddTask(Text(phase, "waits"), autoStart: false, maxValue: 1);
            return work();
        });

    /// <inheritdoc/>
    public void At(QuantizationProgress progress)
    {
        if (!_bars.TryGetValue(progress.Phase, out var bar)) return;
        if (progress.Phase != _phase)
        {
            // Phases come in their order; one that was passed over has nothing to do here.
            foreach (var (before, ended) in _bars.Where(b => b.Key < progress.Phase && !b.Value.IsFinished)) End(before, ended);
            _phase = progress.Phase;
            bar.Description = Text(progress.Phase, null);
            bar.StartTask();
        }
        bar.MaxValue = Math.Max(1, progress.Total);
        if (progress.Text is not null) bar.Description = Text(progress.Phase, progress.Text);
        // Spectre takes a bar that is full for ended.
        bar.Value = progress.Done;
    }

    private static void End(QuantizationPhase phase, ProgressTask bar)
    {
        if (!bar.IsStarted) bar.Description = Text(phase, "nothing to do");
        bar.Value = bar.MaxValue;
        bar.StopTask();
    }

    private static string Text(QuantizationPhase phase, string? text)
    {
        var shortened = text is { Length: > LongestText } ? text[..(LongestText - 1)] + "…" : text;
        return shortened is null ? PhaseTitles.Of(phase) : $"{PhaseTitles.Of(phase)}: {Markup.Escape(shortened)}";
    }
}
