namespace ActorPipeline.Hosting.Configuration;

/// <summary>A place in a row of tokens: looking ahead, skipping, and saying what is wrong there.</summary>
internal sealed class HoconCursor(IReadOnlyList<HoconToken> tokens, ICollection<ConfigurationError> errors)
{
    private int _at;

    public HoconToken Current => tokens[_at];

    /// <summary>Whether brackets were found not to match, so that keys may stand in the wrong object.</summary>
    public bool Unbalanced { get; private set; }

    public void Next() => _at++;

    /// <returns>Whether a line ended among what was skipped.</returns>
    public bool SkipBlanks(bool newlines)
    {
        var line = false;
        for (; Current.Kind == HoconTokenKind.Blank || (newlines && Current.Kind == HoconTokenKind.Newline); Next()) line |= Current.Kind == HoconTokenKind.Newline;
        return line;
    }

    /// <summary>Whether this kind comes next behind at least one line end.</summary>
    public bool FollowsBehindNewlines(HoconTokenKind kind)
    {
        if (Current.Kind != HoconTokenKind.Newline) return false;
        var i = _at;
        while (tokens[i].Kind is HoconTokenKind.Newline or HoconTokenKind.Blank) i++;
        return tokens[i].Kind == kind;
    }

    /// <summary>Whether a key with its value begins here.</summary>
    public bool LooksLikeField()
    {
        var i = _at;
        while (tokens[i].Kind is HoconTokenKind.Unquoted or HoconTokenKind.Quoted) i++;
        if (tokens[i].Kind == HoconTokenKind.Blank) i++;
        return tokens[i].Kind is HoconTokenKind.Assign or HoconTokenKind.OpenBrace;
    }

    /// <summary>Skips the rest of a broken key or value, with all brackets that open in it.</summary>
    public void SkipRest()
    {
        var open = new Stack<HoconToken>();
        for (; Current.Kind != HoconTokenKind.End; Next())
        {
            switch (Current.Kind)
            {
                case HoconTokenKind.Newline or HoconTokenKind.Comma or HoconTokenKind.CloseBrace or HoconTokenKind.CloseBracket when open.Count == 0:
                    return;
                case HoconTokenKind.OpenBrace or HoconTokenKind.OpenBracket:
                    open.Push(Current);
                    break;
                case HoconTokenKind.CloseBrace or HoconTokenKind.CloseBracket:
                    open.Pop();
                    break;
            }
        }

        if (open.TryPop(out var never)) Unbalance(never, $"this '{never.Text}' is never closed");
    }

    public void Unbalance(HoconToken token, string message)
    {
        Unbalanced = true;
        Error(token, message);
    }

    public void Error(HoconToken token, string message) => Error(token.Position, message);

    public void Error(SourcePosition position, string message) => errors.Add(new ConfigurationError(position, "", message));

    /// <summary>" at line:column"; nothing where there are no lines.</summary>
    public static string Place(HoconToken token) => token.Position.Line == 0 ? "" : $" at {token.Position.Line}:{token.Position.Column}";

    public static string Show(HoconToken token) => token.Kind switch
    {
        HoconTokenKind.End => "the end of the text",
        HoconTokenKind.Newline => "the end of the line",
        _ => $"'{(token.Text.Length > 40 ? token.Text[..40] + "..." : token.Text)}'",
    };
}
