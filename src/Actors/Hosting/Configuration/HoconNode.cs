namespace ActorPipeline.Hosting.Configuration;

/// <summary>Where the beginning of a text was written: it decides what a relative path is relative to.</summary>
internal enum TextOrigin
{
    File,
    Environment,
    Override,
}

/// <summary>A value of a configuration with nothing left to substitute.</summary>
internal abstract class HoconNode(SourcePosition position, int depth, long weight)
{
    public SourcePosition Position { get; } = position;

    /// <summary>Levels of nesting; bounded, so that walking a tree never overflows the stack.</summary>
    public int Depth { get; } = depth;

    /// <summary>Roughly how much there is to walk, shared parts counted each time; bounded by the resolver.</summary>
    public long Weight { get; } = weight;

    /// <summary>The same value standing elsewhere: a substituted value stands where the <c>${}</c> is written.</summary>
    public abstract HoconNode At(SourcePosition position);
}

/// <summary>A string, number, boolean or null. Kinds are told apart only when a key asks for one.</summary>
internal sealed class HoconScalar(SourcePosition position, string text, bool quoted, TextOrigin origin, IReadOnlyList<string>? unsetAtStart = null)
    : HoconNode(position, 1, 1 + text.Length)
{
    public string Text { get; } = text;

    public bool Quoted { get; } = quoted;

    public TextOrigin Origin { get; } = origin;

    /// <summary>Optional variables before the text's first piece that were not set: with <c>${?DIR}"/x"</c> the text became "/x".</summary>
    public IReadOnlyList<string> UnsetAtStart { get; } = unsetAtStart ?? [];

    public bool IsNull => !Quoted && Text == "null";

    public override HoconNode At(SourcePosition position) => new HoconScalar(position, Text, Quoted, Origin, UnsetAtStart);
}

/// <summary>A list.</summary>
internal sealed class HoconArray(SourcePosition position, IReadOnlyList<HoconNode> items)
    : HoconNode(position, 1 + (items.Count == 0 ? 0 : items.Max(item => item.Depth)), 1 + items.Sum(item => item.Weight))
{
    public IReadOnlyList<HoconNode> Items { get; } = items;

    public override HoconNode At(SourcePosition position) => new HoconArray(position, Items);
}

/// <summary>A key's place and its value.</summary>
internal readonly record struct HoconField(SourcePosition KeyPosition, HoconNode Value);

/// <summary>A key that is not there because an optional variable is not set.</summary>
internal readonly record struct LeftOutKey(SourcePosition KeyPosition, IReadOnlyList<string> Unset);

/// <summary>An object; keys in the order they first stood in the file.</summary>
internal sealed class HoconObject(
    SourcePosition position, IReadOnlyDictionary<string, HoconField> fields, IReadOnlyDictionary<string, LeftOutKey>? leftOut = null)
    : HoconNode(
        position,
        1 + (fields.Count == 0 ? 0 : fields.Values.Max(field => field.Value.Depth)),
        1 + fields.Sum(field => field.Key.Length + field.Value.Value.Weight))
{
    private static readonly Dictionary<string, LeftOutKey> NothingLeftOut = [];

    public IReadOnlyDictionary<string, HoconField> Fields { get; } = fields;

    public IReadOnlyDictionary<string, LeftOutKey> LeftOut { get; } = leftOut ?? NothingLeftOut;

    public override HoconNode At(SourcePosition position) => new HoconObject(position, Fields, LeftOut);

    /// <summary>Both together; the upper one wins, and objects merge.</summary>
    public static HoconObject Merge(HoconObject lower, HoconObject upper)
    {
        var fields = new OrderedDictionary<string, HoconField>(lower.Fields);
        foreach (var (key, field) in upper.Fields)
        {
            fields[key] = field.Value is HoconObject over && fields.TryGetValue(key, out var under) && under.Value is HoconObject below
                ? field with { Value = Merge(below, over) }
                : field;
        }

        var leftOut = lower.LeftOut.Concat(upper.LeftOut).Where(entry => !fields.ContainsKey(entry.Key)).DistinctBy(entry => entry.Key);
        return new HoconObject(upper.Position, fields, leftOut.ToDictionary());
    }
}

/// <summary>Stands where a value is wrong and was reported: whoever reads it says nothing more about it.</summary>
internal sealed class HoconInvalid(SourcePosition position) : HoconNode(position, 1, 1)
{
    public override HoconNode At(SourcePosition position) => new HoconInvalid(position);
}
