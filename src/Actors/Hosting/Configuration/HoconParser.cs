namespace ActorPipeline.Hosting.Configuration;

/// <summary>Tokens to a tree as written. Reports every fault and goes on behind it; it never gives up and never throws.</summary>
/// <remarks>
/// Stricter than HOCON where leniency hides mistakes: no blanks inside an unquoted key, a value begins on its key's line
/// (objects and lists may begin on the next), no <c>+=</c>, no <c>include</c>.
/// </remarks>
internal sealed class HoconParser
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
                    _at.Unbalance(token, $"']' does not match the '{{' at {HoconCursor.Place(brace)}");
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

    private RawValue Assigned(int depth, HoconToken key)
    {
        _at.Next();
        _at.SkipBlanks(newlines: false);
        if (_at.FollowsBehindNewlines(HoconTokenKind.OpenBrace) || _at.FollowsBehindNewlines(HoconTokenKind.OpenBracket)) _at.SkipBlanks(newlines: true);
        return Value(depth, key);
    }

    private RawInvalid Appended(int depth, HoconToken key)
    {
        _at.Error(Current, "'+=' is not supported: write the whole list");
        _at.Next();
        Value(depth, key);
        return new RawInvalid(key.Position);
    }

    /// <summary>Reads pieces to the end of the value and leaves what ends it.</summary>
    private RawValue Value(int depth, HoconToken key)
    {
        var pieces = new List<RawValue>();
        var bad = false;
        HoconToken? blank = null;
        while (true)
        {
            var token = Current;
            switch (token.Kind)
            {
                case HoconTokenKind.Newline or HoconTokenKind.Comma or HoconTokenKind.CloseBrace or HoconTokenKind.CloseBracket or HoconTokenKind.End:
                    if (bad) return new RawInvalid(token.Position);
                    if (pieces.Count > 0) return Joined(pieces);
                    _at.Error(key, key.Text.Length == 0 ? "there is no value" : $"'{key.Text}' has no value");
                    return new RawInvalid(token.Position);
                case HoconTokenKind.Assign or HoconTokenKind.Append:
                    _at.Error(token, $"unexpected '{token.Text}': a value ends at a comma or with its line, and text with '{token.Text}' in it needs quotes");
                    _at.SkipRest();
                    bad = true;
                    continue;
                case HoconTokenKind.Bad:
                    bad = true;
                    _at.Next();
                    continue;
                case HoconTokenKind.Blank:
                    blank = token;
                    _at.Next();
                    continue;
            }

            if (blank is { } between && pieces.Count > 0) pieces.Add(new RawScalar(between.Position, between.Text, false, blank: true));
            blank = null;
            pieces.Add(Piece(depth));
        }
    }

    private RawValue Piece(int depth)
    {
        var token = Current;
        switch (token.Kind)
        {
            case HoconTokenKind.OpenBrace: return Object(depth);
            case HoconTokenKind.OpenBracket: return Array(depth);
        }

        _at.Next();
        if (token.Kind is HoconTokenKind.Unquoted or HoconTokenKind.Quoted) return new RawScalar(token.Position, token.Text, token.Kind == HoconTokenKind.Quoted);
        if (HoconPath.Parse(token.Text) is { } path) return new RawSubstitution(token.Position, path, token.Kind == HoconTokenKind.OptionalSubstitution);
        _at.Error(token, $"'{token.Text}' is neither a key nor a variable's name");
        return new RawInvalid(token.Position);
    }

    private RawValue Joined(List<RawValue> pieces)
    {
        if (pieces.Count == 1) return pieces[0];
        var start = pieces[0].Position;
        if (pieces.Any(piece => piece is RawInvalid)) return new RawInvalid(start);
        var texts = pieces.OfType<RawScalar>().ToList();
        if (texts.Count == pieces.Count) return new RawScalar(start, string.Concat(texts.Select(text => text.Text)), texts.Any(text => text.Quoted));
        if (pieces.FirstOrDefault(piece => piece is RawObject or RawArray) is { } container && texts.Any(text => !text.Blank))
        {
            _at.Error(container.Position, $"{(container is RawObject ? "an object" : "a list")} and text cannot be one value");
            return new RawInvalid(start);
        }

        return new RawConcatenation(start, pieces);
    }

    private RawValue Object(int depth)
    {
        var opener = Current;
        if (TooDeep(depth)) return new RawInvalid(opener.Position);
        _at.Next();
        _braces++;
        var value = new RawObject(opener.Position);
        Fields(value, depth, opener);
        _braces--;
        return value;
    }

    private RawValue Array(int depth)
    {
        var opener = Current;
        if (TooDeep(depth)) return new RawInvalid(opener.Position);
        _at.Next();
        _brackets++;
        var items = new List<RawValue>();
        Items(items, depth, opener);
        _brackets--;
        return new RawArray(opener.Position, items);
    }

    private void Items(List<RawValue> items, int depth, HoconToken opener)
    {
        var commaMayFollow = false;
        while (true)
        {
            var behindNewline = _at.SkipBlanks(newlines: true);
            var token = Current;
            switch (token.Kind)
            {
                case HoconTokenKind.CloseBracket:
                    _at.Next();
                    return;
                case HoconTokenKind.Comma:
                    if (!commaMayFollow) _at.Error(token, "unexpected ',': no item stands before it");
                    commaMayFollow = false;
                    _at.Next();
                    break;
                case HoconTokenKind.CloseBrace when _braces == 0:
                    _at.Unbalance(token, "surplus '}': it closes nothing");
                    _at.Next();
                    break;
                case HoconTokenKind.CloseBrace or HoconTokenKind.End:
                case HoconTokenKind.Unquoted or HoconTokenKind.Quoted when behindNewline && _at.LooksLikeField():
                    // The closing bracket was forgotten: what follows belongs to the object around the list.
                    _at.Unbalance(opener, $"this '[' is not closed before {HoconCursor.Show(token)} at {HoconCursor.Place(token)}");
                    return;
                default:
                    items.Add(Value(depth + 1, token));
                    commaMayFollow = true;
                    break;
            }
        }
    }

    private bool TooDeep(int depth)
    {
        if (depth <= MaxDepth) return false;
        _at.Error(Current, $"nested deeper than {MaxDepth} levels");
        _at.SkipRest();
        return true;
    }
}
