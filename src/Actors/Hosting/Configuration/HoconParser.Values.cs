namespace ActorPipeline.Hosting.Configuration;

/// <summary>Values: texts, objects, lists, and several of them in a row.</summary>
internal sealed partial class HoconParser
{
    /// <summary>Set where a list was ended for want of its bracket: the value around it ends as well, though no line does.</summary>
    private bool _listBrokeOff;

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
            if (!_listBrokeOff) continue;
            _listBrokeOff = false;
            return new RawInvalid(token.Position);
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
                    _listBrokeOff = true;
                    _at.Unbalance(opener, $"this '[' is not closed before {HoconCursor.Show(token)}{HoconCursor.Place(token)}");
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
