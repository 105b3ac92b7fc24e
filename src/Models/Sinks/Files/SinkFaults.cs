namespace ActorPipeline.Sinks.Files;

/// <summary>What becomes of results that cannot be written: they end the run, or, where the sink is one that drops, are counted and told of once for each time that it begins.</summary>
/// <param name="drops">Whether the sink drops.</param>
internal sealed class SinkFaults(bool drops)
{
    private long _lost;
    private bool _told;

    /// <summary>Gets what people should know.</summary>
    public Action<string> Warn { get; set; } = _ => { };

    /// <summary>Results that could not be written.</summary>
    public long Dropped { get; private set; }

    /// <summary>Results are lost.</summary>
    /// <param name="results">How many.</param>
    /// <param name="message">What is wrong, with its path, for people.</param>
    /// <param name="cause">Why.</param>
    /// <exception cref="SinkException">The sink is none that drops.</exception>
    public void Lose(long results, string message, Exception? cause = null)
    {
        if (!drops) throw new SinkException(message, cause);
        if (!_told) Warn($"{message}; results are dropped, which is counted, until it can be written again");
        (_told, _lost, Dropped) = (true, _lost + results, Dropped + results);
    }

    /// <summary>A result was written.</summary>
    /// <param name="path">Where.</param>
    public void Wrote(string path)
    {
        if (_told) Warn($"'{path}' is written again; {_lost} results were lost");
        (_told, _lost) = (false, 0);
    }
}
