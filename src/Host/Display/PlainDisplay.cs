using System.Globalization;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Hosting.Display;

/// <summary>A line every other second, for logs and pipes.</summary>
internal sealed class PlainDisplay(TextWriter output, int window, TimeProvider time) : IRunDisplay
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task ShowAsync(RunRecord record, Task over)
    {
        var rate = new RateMeter(Interval * 1.5);
        using var timer = new PeriodicTimer(Interval, time);
        var tick = timer.WaitForNextTickAsync().AsTask();
        while (await Task.WhenAny(over, tick) == tick)
        {
            var now = time.Instant();
            var view = RunView.Of(record, now);
            await output.WriteLineAsync(Line(view, rate.Next(now, view.Done), window));
            tick = timer.WaitForNextTickAsync().AsTask();
        }
    }

    /// <summary>A moment as one line.</summary>
    public static string Line(RunView view, double rate, int window)
    {
        if (view.Elapsed is not { } elapsed) return view.Preparing;
        var models = string.Join("; ", view.Models.Select(m => $"{m.Name} {RunView.Describe(m)}"));
        return string.Create(CultureInfo.InvariantCulture,
            $"{elapsed.TotalSeconds,6:0.0} s  {view.Progress}, {rate:0.0}/s, {view.InFlight} of {window} in flight, p50 {view.LatencyMs:0} ms; {view.Charged} of {view.Budget}; {models}");
    }
}
