using System.Diagnostics.CodeAnalysis;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>Typed reads of one object. Faults are collected, never thrown: a faulty key reads as its default, so that all are found at once.</summary>
/// <remarks>Every key that is asked for becomes known; <see cref="Done"/> reports the rest. <c>key = null</c> is as good as no key.</remarks>
internal sealed class SettingsReader
{
    private static readonly ValueKind<HoconObject> SectionKind = ValueKind.Object("an object { }");

    private readonly HoconObject _node;
    private readonly string _path;
    private readonly string _pattern;
    private readonly SettingsReport _report;
    private readonly bool _wrong;
    private readonly HashSet<string> _asked = [];

    private SettingsReader(HoconNode node, string path, string pattern, SettingsReport report, bool wrong)
    {
        _node = node as HoconObject ?? new HoconObject(node.Position, new Dictionary<string, HoconField>());
        (_path, _pattern, _report, _wrong) = (path, pattern, report, wrong);
    }

    /// <summary>A reader of a whole file.</summary>
    public SettingsReader(HoconObject root, SettingsReport report)
        : this(root, "", "", report, false)
    {
    }

    /// <summary>Whether this section is itself wrong, which was reported: its keys still become known, and none is missing.</summary>
    public bool IsWrong => _wrong;

    /// <summary>Where this object stands.</summary>
    public SourcePosition Position => _node.Position;

    /// <summary>The full path of one of its keys.</summary>
    public string PathOf(string key) => Join(_path, key);

    /// <summary>Where a key's value stands; the object itself where it has no such key.</summary>
    public SourcePosition PositionOf(string key) => _node.Fields.TryGetValue(key, out var field) ? field.Value.Position : Position;

    /// <summary>Whether the object has this key, right or wrong.</summary>
    public bool Has(string key) => _node.Fields.TryGetValue(key, out var field) && field.Value is not HoconScalar { IsNull: true };

    /// <summary>Whether the object has this key, and more than empty text in it.</summary>
    public bool HasText(string key) => Has(key) && _node.Fields[key].Value is not HoconScalar { Text.Length: 0 };

    /// <summary>Whether the object would have this key, were the optional variables in its value set.</summary>
    public bool IsLeftOut(string key) => _node.LeftOut.TryGetValue(key, out var left) && left.Unset.Count > 0;

    /// <summary>Reports something about the value of one of its keys.</summary>
    public void Warn(string key, string message) => _report.Warn(PositionOf(key), PathOf(key), message);

    public void Error(string key, string message) => _report.Error(PositionOf(key), PathOf(key), message);

    /// <summary>A key's value; the fallback where it has none or a wrong one.</summary>
    public T Read<T>(string key, ValueKind<T> kind, T fallback) => TryRead(key, kind, false, out var value) ? value : fallback;

    /// <summary>A key's value.</summary>
    /// <returns>False where it has none (reported where it is required) or a wrong one (reported).</returns>
    public bool TryRead<T>(string key, ValueKind<T> kind, bool required, [MaybeNullWhen(false)] out T value)
    {
        _asked.Add(key);
        _report.Ask(Join(_pattern, key), kind.Expected);
        value = default;
        if (!Has(key))
        {
            if (required && !_wrong) Missing(key, kind.Expected);
            return false;
        }

        var node = _node.Fields[key].Value;
        if (node is HoconInvalid) return false;
        if (kind.Parse(node, out value)) return true;
        Error(key, $"expected {kind.Expected}, found {Found(node)}");
        return false;
    }

    /// <summary>A file's path as written; null where it is missing (reported where required) or wrong (reported).</summary>
    public HoconScalar? File(string key, string expected, bool required, bool emptyAllowed = false)
    {
        if (!TryRead(key, ValueKind.Path(expected, emptyAllowed), required, out var value)) return null;

        // "/models/x.onnx" may exist by chance: the variable that should have stood before it is what is wrong.
        if (value.UnsetAtStart.Count == 0 || !value.Text.StartsWith('/')) return value;
        Error(key, HoconResolver.NotSet(value.UnsetAtStart[0]));
        return null;
    }

    /// <summary>The object under a key; where there is none, a reader that finds nothing.</summary>
    public SettingsReader Section(string key)
    {
        var wrong = Has(key);
        if (TryRead(key, SectionKind, false, out var node)) wrong = false;
        return new SettingsReader((HoconNode?)node ?? new HoconInvalid(PositionOf(key)), PathOf(key), Join(_pattern, key), _report, wrong || _wrong);
    }

    /// <summary>The objects under names that the user chose.</summary>
    public IReadOnlyList<(string Name, SettingsReader Reader)> Named()
    {
        var named = new List<(string, SettingsReader)>();
        foreach (var (name, (keyPosition, value)) in _node.Fields)
        {
            _asked.Add(name);
            if (value is HoconScalar { IsNull: true }) continue;
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            {
                _report.Error(keyPosition, PathOf(name), "a name may have letters, digits, '-' and '_' only");
            }

            named.Add((name, Child(value, PathOf(name), Join(_pattern, "NAME"))));
        }

        return named;
    }

    /// <summary>The objects in a list.</summary>
    public IReadOnlyList<SettingsReader> Items(string key)
    {
        if (!TryRead(key, ValueKind.Array("a list [ ] of objects { }"), false, out var list)) return [];
        return [.. list.Items.Select((node, i) => Child(node, $"{PathOf(key)}[{i}]", Join(_pattern, key) + "[]"))];
    }

    /// <summary>What stands under a key, one or a list: names, and objects { } in the place of names.</summary>
    /// <param name="key">The key.</param>
    /// <param name="kind">What it takes: the names and objects as they stand.</param>
    public IReadOnlyList<(HoconScalar? Name, SettingsReader? Reader)> NamesAndObjects(string key, ValueKind<IReadOnlyList<HoconNode>> kind) =>
        !TryRead(key, kind, false, out var nodes) ? []
        : [.. nodes.Select((node, i) => node is HoconScalar name ? (name, (SettingsReader?)null) : (null, Child(node, nodes.Count == 1 ? PathOf(key) : $"{PathOf(key)}[{i}]", Join(_pattern, key) + "[]")))];

    /// <summary>Reports every key that was not asked for.</summary>
    public void Done()
    {
        var present = _node.Fields.Select(field => (field.Key, field.Value.KeyPosition));
        var leftOut = _node.LeftOut.Select(key => (key.Key, key.Value.KeyPosition));
        foreach (var (key, position) in present.Concat(leftOut).Where(entry => !_asked.Contains(entry.Key)))
        {
            _report.Error(position, PathOf(key), $"unknown key; {Suggestions.For(key, _asked)}");
        }
    }

    private SettingsReader Child(HoconNode node, string path, string pattern)
    {
        if (node is not HoconObject and not HoconInvalid) _report.Error(node.Position, path, $"expected {SectionKind.Expected}, found {Found(node)}");
        return new SettingsReader(node, path, pattern, _report, node is not HoconObject);
    }

    private void Missing(string key, string expected)
    {
        if (_node.LeftOut.TryGetValue(key, out var left) && left.Unset.Count > 0) _report.Error(left.KeyPosition, PathOf(key), HoconResolver.NotSet(left.Unset[0]));
        else _report.Missing(Position, PathOf(key), $"missing; expected {expected}");
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static string Found(HoconNode node) => node switch
    {
        HoconScalar scalar => scalar.Text.Length <= 60 ? $"\"{scalar.Text}\"" : $"\"{scalar.Text[..60]}...\"",
        HoconArray { Items: var items } => items.All(item => item is HoconScalar) && items.Count <= 6
            ? $"[{string.Join(", ", items.Select(item => ((HoconScalar)item).Text))}]"
            : $"a list of {items.Count}",
        _ => "an object",
    };
}
