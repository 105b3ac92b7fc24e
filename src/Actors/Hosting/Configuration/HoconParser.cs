namespace ActorPipeline.Hosting.Configuration;

/// <summary>Tokens to a tree as written. Reports every fault and goes on behind it; it never gives up and never throws.</summary>
/// <remarks>
/// Stricter than HOCON where leniency hides mistakes: no blanks inside an unquoted key, a value begins on its key's line
/// (objects and lists may begin on the next), no <c>+=</c>, no <c>include</c>.
/// </remarks>
internal sealed partial class HoconParser
{
    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 64;

    /// <summary>Longest text in characters.</summary>
    public const int MaxLength = 1 << 20;

    private readonly HoconCursor _at;
    private int _braces;
    private int _brackets;

    private HoconParser(string text, SourcePosition source, ICollection<ConfigurationError> errors) =>
        _at = new HoconCursor(HoconTokenizer.Read(text, source, errors), errors);

    private HoconToken Current => _at.Current;

    /// <summary>Reads a whole file.</summary>
    /// <returns>What could be read, and whether brackets do not match, so that keys may stand in the wrong object.</returns>
    public static (RawObject Root, bool Unbalanced) Parse(string text, string file, ICollection<ConfigurationError> errors)
    {
        var start = new SourcePosition(file, 1, 1);
        var root = new RawObject(start);
        if (text.Length > MaxLength)
        {
            errors.Add(new ConfigurationError(start, "", $"a configuration has at most {MaxLength} characters, this one has {text.Length}"));
            return (root, true);
        }

        var parser = new HoconParser(text, start, errors);
        parser._at.SkipBlanks(newlines: true);
        if (parser.Current.Kind == HoconTokenKind.OpenBrace && parser.Object(0) is RawObject whole) root.Merge(whole);
        parser.Fields(root, 0, null);
        return (root, parser._at.Unbalanced);
    }

    /// <summary>Reads one value, as in an override.</summary>
    public static RawValue ParseValue(string text, SourcePosition source, ICollection<ConfigurationError> errors)
    {
        var parser = new HoconParser(text.Trim(), source, errors);
        var value = parser.Value(1, parser.Current);
        if (parser.Current.Kind != HoconTokenKind.End) parser._at.Error(parser.Current, $"unexpected {HoconCursor.Show(parser.Current)} behind the value");
        return value;
    }

    private void Fields(RawObject into, int depth, HoconToken? opener)
    {
        var commaMayFollow = false;
        while (true)
        {
            _at.SkipBlanks(newlines: true);
            var token = Current;
            switch (token.Kind)
            {
                case HoconTokenKind.End:
                    if (opener is { } open) _at.Unbalance(open, "this '{' is never closed: a '}' is missing here or further in");
                    return;
                case HoconTokenKind.Comma:
                    if (!commaMayFollow) _at.Error(token, "unexpected ',': no key and value stand before it");
                    commaMayFollow = false;
                    _at.Next();
                    break;
                case HoconTokenKind.CloseBrace when opener is not null:
                    _at.Next();
                    return;
                case HoconTokenKind.CloseBracket when opener is { } brace && _brackets > 0:
                    _at.Unbalance(token, $"']' does not match the '{{'{HoconCursor.Place(brace)}");
                    return;
                case HoconTokenKind.CloseBrace or HoconTokenKind.CloseBracket:
                    _at.Unbalance(token, $"surplus '{token.Text}': it closes nothing");
                    _at.Next();
                    break;
                default:
                    Field(into, depth);
                    commaMayFollow = true;
                    break;
            }
        }
    }

    private void Field(RawObject into, int depth)
    {
        var start = Current;
        if (Key() is not { } path)
        {
            _at.SkipRest();
            return;
        }

        var at = depth + path.Count;
        _at.SkipBlanks(newlines: false);
        if (_at.FollowsBehindNewlines(HoconTokenKind.OpenBrace)) _at.SkipBlanks(newlines: true);
        var value = Current.Kind switch
        {
            HoconTokenKind.Assign => Assigned(at, start),
            HoconTokenKind.OpenBrace => Value(at, start),
            HoconTokenKind.Append => Appended(at, start),
            _ => null,
        };
        if (value is null)
        {
            if (path is ["include"] && start.Kind == HoconTokenKind.Unquoted) _at.Error(start, "include is not supported: write everything into one file");
            else if (Current.Kind != HoconTokenKind.Bad) _at.Error(start, $"the key '{string.Join('.', path)}' has no value: expected '=', ':' or '{{' behind it, found {HoconCursor.Show(Current)}");
            _at.SkipRest();
            return;
        }

        if (at > MaxDepth) _at.Error(start, $"nested deeper than {MaxDepth} levels");
        else into.Put(path, start.Position, value);
    }

    private IReadOnlyList<string>? Key()
    {
        var start = Current;
        var path = new HoconPath();
        for (; Current.Kind is HoconTokenKind.Unquoted or HoconTokenKind.Quoted; _at.Next()) path.Add(Current.Text, Current.Kind == HoconTokenKind.Quoted);
        if (Current == start)
        {
            if (start.Kind != HoconTokenKind.Bad) _at.Error(start, $"expected a key, found {HoconCursor.Show(start)}");
            return null;
        }

        var parts = path.Build();
        if (parts is null) _at.Error(start, "a key has an empty part: look at its dots");
        return parts;
    }
}
