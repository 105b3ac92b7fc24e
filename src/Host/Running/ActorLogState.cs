using System.Collections;
using Akka.Event;

namespace ActorPipeline.Hosting.Running;

/// <summary>What an actor said, with a name for each value in it, as loggers take it: where a log is searched, a model is found by its field.</summary>
internal sealed class ActorLogState : IReadOnlyList<KeyValuePair<string, object?>>
{
    // What the loggers of .NET call a message before its values stand in it.
    private const string OriginalFormat = "{OriginalFormat}";

    private readonly List<KeyValuePair<string, object?>> _fields = [];

    /// <param name="said">What was said.</param>
    public ActorLogState(LogEvent said)
    {
        (Source, Text) = (said.LogSource, said.Message?.ToString() ?? "");
        if (said.TryGetProperties(out var properties))
            foreach (var (name, value) in properties!) _fields.Add(new(name, value));
        _fields.Add(new("akka.actor", said.LogSource));
        _fields.Add(new(OriginalFormat, said.GetTemplate() is { Length: > 0 } template ? template : Text));
    }

    /// <summary>Who said it: an actor's path.</summary>
    public string Source { get; }

    /// <summary>The whole message.</summary>
    public string Text { get; }

    public int Count => _fields.Count;

    public KeyValuePair<string, object?> this[int index] => _fields[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _fields.GetEnumerator();

    public override string ToString() => Text;

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
