namespace ActorPipeline.Hosting.Configuration;

/// <summary>A value as written, before substitution. Classes, not records: they are told apart by identity.</summary>
internal abstract class RawValue(SourcePosition position)
{
    public SourcePosition Position { get; } = position;
}

/// <summary>Text, or the blanks between two pieces of a concatenation.</summary>
internal sealed class RawScalar(SourcePosition position, string text, bool quoted, bool blank = false) : RawValue(position)
{
    public string Text { get; } = text;

    public bool Quoted { get; } = quoted;

    public bool Blank { get; } = blank;
}

/// <summary><c>${path}</c> or <c>${?path}</c>.</summary>
internal sealed class RawSubstitution(SourcePosition position, IReadOnlyList<string> path, bool optional) : RawValue(position)
{
    public IReadOnlyList<string> Path { get; } = path;

    /// <summary>The path as an environment variable's name.</summary>
    public string Name { get; } = string.Join('.', path);

    public bool Optional { get; } = optional;
}

/// <summary>Pieces on one line, at least one of them a substitution, an object or a list.</summary>
internal sealed class RawConcatenation(SourcePosition position, IReadOnlyList<RawValue> pieces) : RawValue(position)
{
    public IReadOnlyList<RawValue> Pieces { get; } = pieces;
}

/// <summary>A list.</summary>
internal sealed class RawArray(SourcePosition position, IReadOnlyList<RawValue> items) : RawValue(position)
{
    public IReadOnlyList<RawValue> Items { get; } = items;
}

/// <summary>A value that was reported as wrong.</summary>
internal sealed class RawInvalid(SourcePosition position) : RawValue(position);

/// <summary>An object; the same key again overrides, and objects merge.</summary>
internal sealed class RawObject(SourcePosition position) : RawValue(position)
{
    public OrderedDictionary<string, RawField> Fields { get; } = [];

    public void Put(IReadOnlyList<string> path, SourcePosition keyPosition, RawValue value)
    {
        for (var i = path.Count - 1; i > 0; i--)
        {
            var parent = new RawObject(keyPosition);
            parent.Fields[path[i]] = new RawField(keyPosition, value);
            value = parent;
        }

        Put(path[0], keyPosition, value);
    }

    private void Put(string key, SourcePosition keyPosition, RawValue value)
    {
        if (Fields.TryGetValue(key, out var field)) field.Add(keyPosition, value);
        else Fields[key] = new RawField(keyPosition, value);
    }

    /// <summary>Lays another object's keys over this one's.</summary>
    public void Merge(RawObject upper)
    {
        foreach (var (key, field) in upper.Fields)
        {
            foreach (var layer in field.Layers) Put(key, field.Position, layer);
        }
    }
}

/// <summary>What was written for one key, lowest first. More than one layer stays only where substitution has to decide.</summary>
internal sealed class RawField(SourcePosition position, RawValue value)
{
    private readonly List<RawValue> _layers = [value];

    public SourcePosition Position { get; private set; } = position;

    public IReadOnlyList<RawValue> Layers => _layers;

    public void Add(SourcePosition position, RawValue value)
    {
        Position = position;
        switch (value)
        {
            case RawObject upper when _layers[^1] is RawObject lower:
                lower.Merge(upper);
                return;
            case RawScalar or RawArray or RawInvalid:
                // Nothing below can show through.
                _layers.Clear();
                break;
        }

        _layers.Add(value);
    }
}
