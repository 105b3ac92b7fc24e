using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting.Display;

/// <summary>A line when a phase has ended, with the last that was said in it, for logs and pipes.</summary>
/// <param name="output">Where they go.</param>
internal sealed class PhaseLines(TextWriter output) : IPhaseDisplay
{
    private static readonly int Width = PhaseTitles.All.Max(phase => PhaseTitles.Of(phase).Length);

    private QuantizationProgress? _last;
    private string? _text;

    /// <inheritdoc/>
    public async Task<T> ShowAsync<T>(Func<Task<T>> work)
    {
        var result = await work();
        // A phase that broke off has not ended.
        if (_last is { } last && last.Done >= last.Total) Ended(last);
        return result;
    }

    /// <inheritdoc/>
    public void At(QuantizationProgress progress)
    {
        if (_last is { } last && last.Phase != progress.Phase)
        {
            Ended(last);
            _text = null;
        }
        _last = progress;
        _text = progress.Text ?? _text;
    }

    private void Ended(QuantizationProgress last) => output.WriteLine($"{PhaseTitles.Of(last.Phase).PadRight(Width)}  {_text ?? $"{last.Done} of {last.Total}"}");
}
