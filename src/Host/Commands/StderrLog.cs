using ActorPipeline.Hosting.Running;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace ActorPipeline.Hosting.Commands;

/// <summary>Writes warnings and errors to standard error, one line each and no error twice, or holds them back while a live display owns the terminal.</summary>
internal sealed class StderrLog(TextWriter errors) : ILoggerProvider, ILogger
{
    private const int MostHeld = 200;

    private readonly Lock _gate = new();
    private readonly Queue<string> _held = new();
    private readonly HashSet<string> _errors = [];
    private bool _holding;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var text = formatter(state, exception);
        if (logLevel == LogLevel.Warning) Write($"warning: {Speaker(state)}{text}{Cause(exception)}");
        else Error(text, Speaker(state), Cause(exception));
    }

    /// <summary>Writes what is neither.</summary>
    public void Note(string text) => Write(text);

    /// <summary>Writes a warning.</summary>
    public void Warning(string text) => Write($"warning: {text}");

    /// <summary>Writes an error, unless an actor has said the same before.</summary>
    public void Error(string text) => Error(text, "", "");

    /// <summary>Keeps lines back until the result is disposed.</summary>
    public IDisposable Hold()
    {
        lock (_gate) _holding = true;
        return new Release(this);
    }

    public void Dispose()
    {
    }

    private void Error(string text, string speaker, string cause)
    {
        lock (_gate)
        {
            if (!_errors.Add(text)) return;
        }
        Write($"error: {speaker}{text}{cause}");
    }

    private void Write(string line)
    {
        lock (_gate)
        {
            if (!_holding) errors.WriteLine(line);
            else
            {
                // The newest tell most about an end; errors come last.
                if (_held.Count >= MostHeld) _held.Dequeue();
                _held.Enqueue(line);
            }
        }
    }

    private void LetGo()
    {
        lock (_gate)
        {
            _holding = false;
            while (_held.TryDequeue(out var line)) errors.WriteLine(line);
        }
    }

    /// <summary>Who says it: the last part of an actor's path. The root speaks for the program and needs no name.</summary>
    private static string Speaker<TState>(TState state)
    {
        if (state is not ActorLogState { Source: { } source }) return "";
        var path = source.Split('(', '#')[0].TrimEnd('/', ']');
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name is "" or "actor-pipeline" ? "" : $"{name}: ";
    }

    // Its stack helps nobody at a terminal.
    private static string Cause(Exception? exception) =>
        exception is null ? "" : $"{Environment.NewLine}    {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}";

    private sealed class Release(StderrLog log) : IDisposable
    {
        public void Dispose() => log.LetGo();
    }
}
