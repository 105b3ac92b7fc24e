using Microsoft.Extensions.Logging;

namespace ActorPipeline.Hosting.Commands;

/// <summary>Writes log lines to standard error, or holds them back while a live display owns the terminal.</summary>
internal sealed class StderrLog(TextWriter errors) : ILoggerProvider, ILogger
{
    private readonly Lock _gate = new();
    private readonly Queue<string> _held = new();
    private bool _holding;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var line = $"{(logLevel == LogLevel.Warning ? "warning" : "error")}: {formatter(state, exception)}{(exception is null ? "" : $" ({exception.Message})")}";
        lock (_gate)
        {
            if (!_holding) errors.WriteLine(line);
            else if (_held.Count < 200) _held.Enqueue(line);
        }
    }

    /// <summary>Keeps lines back until the result is disposed.</summary>
    public IDisposable Hold()
    {
        lock (_gate) _holding = true;
        return new Release(this);
    }

    public void Dispose()
    {
    }

    private sealed class Release(StderrLog log) : IDisposable
    {
        public void Dispose()
        {
            lock (log._gate)
            {
                log._holding = false;
                while (log._held.TryDequeue(out var line)) log.Errors.WriteLine(line);
            }
        }
    }

    private TextWriter Errors => errors;
}
