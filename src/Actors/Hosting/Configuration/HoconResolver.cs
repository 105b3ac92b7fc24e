namespace ActorPipeline.Hosting.Configuration;

/// <summary>Puts values in the place of substitutions: first from the tree itself, after all merging, then from the environment.</summary>
/// <remarks>
/// Every key is resolved once and on demand, so that a key may use another that stands later. An empty environment variable
/// counts as not set: no key here means anything by an empty text. Work, nesting and size are bounded, so that a few lines
/// of substitutions within substitutions cannot fill memory.
/// </remarks>
internal sealed class HoconResolver(RawObject root, Func<string, string?> environment, ICollection<ConfigurationError> errors)
{
    private const int MaxLevel = 200;
    private const long MaxWork = 1_000_000;

    /// <summary>Stands in <see cref="_done"/> while a key or value is being resolved: meeting it again is a cycle.</summary>
    private static readonly HoconNode InProgress = new HoconInvalid(default);

    private readonly Dictionary<object, HoconNode?> _done = [];
    private long _work;

    /// <summary>The whole tree, resolved.</summary>
    public HoconObject Resolve() => Object(root, 0) as HoconObject ?? new HoconObject(root.Position, new Dictionary<string, HoconField>());

    private HoconNode Object(RawObject raw, int level)
    {
        var fields = new OrderedDictionary<string, HoconField>();
        var leftOut = new Dictionary<string, LeftOutKey>();
        foreach (var (key, field) in raw.Fields)
        {
            if (Field(field, raw.Position, level + 1) is { } value) fields[key] = new HoconField(field.Position, value);
            else leftOut[key] = new LeftOutKey(field.Position, [.. field.Layers.SelectMany(UnsetIn).Distinct()]);
        }

        return Bounded(new HoconObject(raw.Position, fields, leftOut));
    }

    /// <summary>A key's value; null where unset optional substitutions leave it out.</summary>
    private HoconNode? Field(RawField field, SourcePosition asked, int level) => Once(field, asked, level, () =>
    {
        HoconNode? upper = null;
        for (var i = field.Layers.Count - 1; i >= 0; i--)
        {
            if (!Spend(1, field.Position)) return new HoconInvalid(field.Position);
            if (!Lay(ref upper, Value(field.Layers[i], level + 1))) break;
        }

        return upper;
    });

    /// <summary>Lays what has been found so far over a lower value.</summary>
    /// <returns>Whether still lower values can show through.</returns>
    private bool Lay(ref HoconNode? upper, HoconNode? lower)
    {
        if (lower is null) return true;
        if (upper is null) upper = lower;
        else if (upper is HoconObject over && lower is HoconObject under)
        {
            upper = Spend(over.Weight + under.Weight, over.Position) ? Bounded(HoconObject.Merge(under, over)) : new HoconInvalid(over.Position);
        }
        else return false;

        return upper is HoconObject;
    }

    private HoconNode? Value(RawValue raw, int level) => raw switch
    {
        RawScalar text => Text(text),
        RawObject child => Object(child, level),
        RawArray list => Bounded(new HoconArray(list.Position, [.. list.Items.Select(item => Value(item, level + 1)).OfType<HoconNode>()])),
        RawSubstitution substitution => Once(substitution, substitution.Position, level, () => Substitute(substitution, level)),
        RawConcatenation pieces => Once(pieces, pieces.Position, level, () => Concatenate(pieces, level)),
        _ => new HoconInvalid(raw.Position),
    };

    private static HoconScalar Text(RawScalar raw) =>
        new(raw.Position, raw.Text, raw.Quoted, raw.Position == SourcePosition.Override ? TextOrigin.Override : TextOrigin.File);

    private HoconNode? Substitute(RawSubstitution substitution, int level)
    {
        var position = substitution.Position;
        if (Find(substitution, level) is { } found)
        {
            return Spend(found.Weight, position) ? found.At(position) : new HoconInvalid(position);
        }

        if (environment(substitution.Name) is { Length: > 0 } value) return new HoconScalar(position, value, true, TextOrigin.Environment);
        if (substitution.Optional) return null;
        return Fault(position, $"${{{substitution.Name}}}: {NotSet(substitution.Name)}");
    }

    /// <summary>Looks a path up in the tree without resolving more of it than the path needs: its neighbours may use this very value.</summary>
    private HoconNode? Find(RawSubstitution substitution, int level)
    {
        // Highest first: raw objects, or nodes where a substitution on the way brought one.
        List<object> holders = [root];
        for (var i = 0; i < substitution.Path.Count; i++)
        {
            if (!Spend(holders.Count, substitution.Position)) return new HoconInvalid(substitution.Position);
            var key = substitution.Path[i];
            var found = holders.Select(holder => Child(holder, key)).OfType<object>().ToList();
            if (i < substitution.Path.Count - 1)
            {
                holders = [.. found.SelectMany(child => Holders(child, level)).TakeWhile(holder => holder is not HoconScalar)];
                continue;
            }

            HoconNode? value = null;
            foreach (var child in found)
            {
                if (!Lay(ref value, child is RawField field ? Field(field, substitution.Position, level + 1) : (HoconNode)child)) break;
            }

            return value;
        }

        return null;
    }

    private static object? Child(object holder, string key) => holder switch
    {
        RawObject raw => raw.Fields.GetValueOrDefault(key),
        HoconObject node => node.Fields.TryGetValue(key, out var field) ? field.Value : null,
        HoconInvalid invalid => invalid,
        _ => null,
    };

    /// <summary>What may hold the next part of a path, highest first; ends with a scalar where nothing lower shows through.</summary>
    private IEnumerable<object> Holders(object child, int level)
    {
        var layers = child is RawField field ? field.Layers.Reverse() : (IEnumerable<object>)[child];
        foreach (var layer in layers)
        {
            if (!Spend(1, root.Position))
            {
                yield return new HoconInvalid(root.Position);
                yield break;
            }

            object? holder = layer is RawSubstitution or RawConcatenation ? Value((RawValue)layer, level + 1) : layer;
            switch (holder)
            {
                case null:
                    continue;
                case RawObject or HoconObject or HoconInvalid:
                    yield return holder;
                    continue;
                default:
                    yield return new HoconScalar(default, "", true, TextOrigin.File);
                    yield break;
            }
        }
    }

    private HoconNode? Concatenate(RawConcatenation raw, int level)
    {
        var values = new List<HoconNode>();
        var unsetAtStart = new List<string>();
        foreach (var piece in raw.Pieces)
        {
            // Blanks count only between two pieces that are there.
            if (piece is RawScalar { Blank: true } && values.Count == 0) continue;
            if (Value(piece, level + 1) is { } value) values.Add(value);
            else if (values.Count == 0) unsetAtStart.AddRange(UnsetIn(piece));
        }

        if (values.Count == 0) return null;
        if (values.Any(value => value is HoconInvalid) || !Spend(values.Sum(value => value.Weight), raw.Position)) return new HoconInvalid(raw.Position);
        if (values.All(value => value is HoconScalar)) return Concatenate(raw.Position, [.. values.Cast<HoconScalar>()], unsetAtStart);

        values.RemoveAll(value => value is HoconScalar { Quoted: false } blank && string.IsNullOrWhiteSpace(blank.Text));
        if (values.All(value => value is HoconArray)) return Bounded(new HoconArray(raw.Position, [.. values.Cast<HoconArray>().SelectMany(list => list.Items)]));
        if (!values.All(value => value is HoconObject)) return Fault(raw.Position, "text, lists and objects cannot be one value");

        HoconNode? merged = null;
        foreach (var value in values.AsEnumerable().Reverse()) Lay(ref merged, value);
        return merged!.At(raw.Position);
    }

    private static HoconScalar Concatenate(SourcePosition position, IReadOnlyList<HoconScalar> texts, IEnumerable<string> unsetAtStart)
    {
        var last = texts[^1] is { Quoted: false } blank && string.IsNullOrWhiteSpace(blank.Text) ? texts.Count - 1 : texts.Count;
        var text = string.Concat(texts.Take(last).Select(piece => piece.Text));
        return new HoconScalar(position, text, true, texts[0].Origin, [.. unsetAtStart, .. texts[0].UnsetAtStart]);
    }

    private IEnumerable<string> UnsetIn(RawValue raw) => raw switch
    {
        RawSubstitution substitution when _done.GetValueOrDefault(substitution) is null => [substitution.Name],
        RawConcatenation pieces => pieces.Pieces.SelectMany(UnsetIn),
        _ => [],
    };

    /// <summary>Resolves a key, substitution or concatenation once; meeting it while it is being resolved is a cycle.</summary>
    private HoconNode? Once(object what, SourcePosition asked, int level, Func<HoconNode?> resolve)
    {
        if (_done.TryGetValue(what, out var known)) return known == InProgress ? Fault(asked, "this substitution leads back to itself") : known;
        if (level > MaxLevel) return Fault(asked, "substitutions lead to substitutions too often");
        _done[what] = InProgress;
        return _done[what] = resolve();
    }

    /// <summary>The root and the scalar at the bottom are no levels of their own.</summary>
    private HoconNode Bounded(HoconNode node) =>
        node.Depth <= HoconParser.MaxDepth + 2 ? node : Fault(node.Position, $"nested deeper than {HoconParser.MaxDepth} levels after substitution");

    private bool Spend(long work, SourcePosition position)
    {
        var before = _work;
        _work += work;
        if (_work > MaxWork && before <= MaxWork) Fault(position, "substitutions expand to too much");
        return _work <= MaxWork;
    }

    private HoconInvalid Fault(SourcePosition position, string message)
    {
        errors.Add(new ConfigurationError(position, "", message));
        return new HoconInvalid(position);
    }

    /// <summary>Words for an environment variable (or a key) that is not there.</summary>
    public static string NotSet(string name) =>
        name.Contains('.') ? $"there is no such key, and no environment variable {name}" : $"environment variable {name} is not set";
}
