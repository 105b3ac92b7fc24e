using System.Globalization;
using System.Text;

namespace ActorPipeline.Hosting.Configuration;

internal enum HoconTokenKind
{
    Newline,
    Blank,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Comma,
    Assign,
    Append,
    Unquoted,
    Quoted,
    Substitution,
    OptionalSubstitution,

    /// <summary>Something that was reported as wrong.</summary>
    Bad,
    End,
}

internal readonly record struct HoconToken(HoconTokenKind Kind, SourcePosition Position, string Text);

/// <summary>Cuts a text into tokens. Reports what is wrong and goes on behind it.</summary>
internal sealed class HoconTokenizer
{
    private readonly string _text;
    private readonly SourcePosition _source;
    private readonly ICollection<ConfigurationError> _errors;
    private readonly List<HoconToken> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;

    private HoconTokenizer(string text, SourcePosition source, ICollection<ConfigurationError> errors) =>
        (_text, _source, _errors) = (text, source, errors);

    /// <param name="text">The text.</param>
    /// <param name="source">The file; with line 0, tokens carry no lines.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public static IReadOnlyList<HoconToken> Read(string text, SourcePosition source, ICollection<ConfigurationError> errors)
    {
        var tokenizer = new HoconTokenizer(text, source, errors);
        if (text.StartsWith('\uFEFF')) tokenizer._at = tokenizer._lineStart = 1;
        while (tokenizer._at < text.Length) tokenizer.Token();
        tokenizer._tokens.Add(new HoconToken(HoconTokenKind.End, tokenizer.Here, ""));
        return tokenizer._tokens;
    }

    /// <summary>Whether HOCON keeps this character from unquoted text.</summary>
    public static bool IsReserved(char c) => "$\"{}[]:=,+#`^?!@*&\\".Contains(c) || (char.IsControl(c) && !char.IsWhiteSpace(c));

    private SourcePosition Here => _source.Line == 0 ? _source : new SourcePosition(_source.File, _line, _at - _lineStart + 1);

    private void Token()
    {
        var c = _text[_at];
        switch (c)
        {
            case '\n':
                Simple(HoconTokenKind.Newline, 1);
                _line++;
                _lineStart = _at;
                break;
            case '{': Simple(HoconTokenKind.OpenBrace, 1); break;
            case '}': Simple(HoconTokenKind.CloseBrace, 1); break;
            case '[': Simple(HoconTokenKind.OpenBracket, 1); break;
            case ']': Simple(HoconTokenKind.CloseBracket, 1); break;
            case ',': Simple(HoconTokenKind.Comma, 1); break;
            case '=' or ':': Simple(HoconTokenKind.Assign, 1); break;
            case '+' when Ahead("+="): Simple(HoconTokenKind.Append, 2); break;
            case '#': SkipLine(); break;
            case '/' when Ahead("//"): SkipLine(); break;
            case '"' when Ahead("\"\"\""): TripleQuoted(); break;
            case '"': Quoted(); break;
            case '$' when Ahead("${"): Substitution(); break;
            case var _ when char.IsWhiteSpace(c): Run(HoconTokenKind.Blank, (i, _) => char.IsWhiteSpace(_text[i]) && _text[i] != '\n'); break;
            case var _ when IsReserved(c): Reserved(); break;
            default: Run(HoconTokenKind.Unquoted, IsUnquoted); break;
        }
    }

    private bool Ahead(string what) => string.CompareOrdinal(_text, _at, what, 0, what.Length) == 0;

    private void Simple(HoconTokenKind kind, int length)
    {
        _tokens.Add(new HoconToken(kind, Here, _text.Substring(_at, length)));
        _at += length;
    }

    private void SkipLine()
    {
        var end = _text.IndexOf('\n', _at);
        _at = end < 0 ? _text.Length : end;
    }

    private void Run(HoconTokenKind kind, Func<int, int, bool> belongs)
    {
        var end = _at + 1;
        while (end < _text.Length && belongs(end, _at)) end++;
        Simple(kind, end - _at);
    }

    private bool IsUnquoted(int i, int start)
    {
        var c = _text[i];
        if (c == '+')
        {
            // The exponent of 1e+5 is the one '+' that needs no quotes.
            return _text[i - 1] is 'e' or 'E' && i - start >= 2 && char.IsAsciiDigit(_text[i - 2]) && i + 1 < _text.Length && char.IsAsciiDigit(_text[i + 1]);
        }

        if (c == '/' && i + 1 < _text.Length && _text[i + 1] == '/') return false;
        return !char.IsWhiteSpace(c) && !IsReserved(c);
    }

    private void Reserved()
    {
        var position = Here;
        var c = _text[_at];
        var end = _at + 1;
        while (end < _text.Length && _text[end] == c) end++;
        Error(position, $"{Show(c)} cannot stand outside quotes");
        Simple(HoconTokenKind.Bad, end - _at);
    }

    private void Quoted()
    {
        var start = Here;
        var value = new StringBuilder();
        for (_at++; _at < _text.Length && _text[_at] != '\n'; _at++)
        {
            switch (_text[_at])
            {
                case '"':
                    _at++;
                    _tokens.Add(new HoconToken(HoconTokenKind.Quoted, start, value.ToString()));
                    return;
                case '\\':
                    Escape(value);
                    break;
                default:
                    value.Append(_text[_at]);
                    break;
            }
        }

        Error(start, "this string is not closed before its line ends");
        _tokens.Add(new HoconToken(HoconTokenKind.Bad, start, ""));
    }

    /// <summary>Reads the escape that begins here and stays on its last character.</summary>
    private void Escape(StringBuilder value)
    {
        var position = Here;
        var c = _at + 1 < _text.Length ? _text[_at + 1] : '\n';
        if (c == '\n') return; // The string is not closed: the caller says so.
        _at++;
        if (c == 'u')
        {
            if (_at + 4 < _text.Length && _text.AsSpan(_at + 1, 4).IndexOfAnyExcept("0123456789abcdefABCDEF") < 0)
            {
                value.Append((char)ushort.Parse(_text.AsSpan(_at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                _at += 4;
                return;
            }

            Error(position, "bad escape: \\u needs four hexadecimal digits");
            return;
        }

        var plain = "\"\\/bfnrt".IndexOf(c);
        if (plain < 0) Error(position, $"bad escape \\{Show(c).Trim('\'')}: known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX; a backslash itself is \\\\");
        else value.Append("\"\\/\b\f\n\r\t"[plain]);
    }

    private void TripleQuoted()
    {
        var start = Here;
        var end = _text.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal);
        if (end < 0)
        {
            Error(start, "this \"\"\" string is never closed");
            _tokens.Add(new HoconToken(HoconTokenKind.Bad, start, ""));
            SkipLine();
            return;
        }

        // Of more than three quotes in a row the last three close.
        while (end + 3 < _text.Length && _text[end + 3] == '"') end++;
        var value = _text[(_at + 3)..end];
        _tokens.Add(new HoconToken(HoconTokenKind.Quoted, start, value));
        var lastLine = value.LastIndexOf('\n');
        if (lastLine >= 0)
        {
            _line += value.Count(c => c == '\n');
            _lineStart = _at + 3 + lastLine + 1;
        }

        _at = end + 3;
    }

    private void Substitution()
    {
        var start = Here;
        var end = _text.AsSpan(_at).IndexOfAny('}', '\n');
        if (end < 0 || _text[_at + end] == '\n')
        {
            Error(start, "this '${' is not closed by '}' on its line");
            _tokens.Add(new HoconToken(HoconTokenKind.Bad, start, ""));
            SkipLine();
            return;
        }

        var inside = _text.Substring(_at + 2, end - 2);
        var optional = inside.StartsWith('?');
        _tokens.Add(new HoconToken(optional ? HoconTokenKind.OptionalSubstitution : HoconTokenKind.Substitution, start, optional ? inside[1..] : inside));
        _at += end + 1;
    }

    private void Error(SourcePosition position, string message) => _errors.Add(new ConfigurationError(position, "", message));

    private static string Show(char c) => char.IsControl(c) || char.IsSurrogate(c) ? $"the character U+{(int)c:X4}" : $"'{c}'";
}
