using System.Text;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>Dotted paths: dots divide, except inside quotes.</summary>
internal sealed class HoconPath
{
    private readonly List<string> _parts = [];
    private readonly StringBuilder _part = new();
    private bool _quotedPart;
    private bool _broken;

    /// <summary>Adds a piece; quoted pieces are taken whole.</summary>
    public HoconPath Add(string text, bool quoted)
    {
        if (quoted)
        {
            _part.Append(text);
            _quotedPart = true;
            return this;
        }

        var pieces = text.Split('.');
        for (var i = 0; i < pieces.Length; i++)
        {
            if (i > 0) EndPart();
            _part.Append(pieces[i]);
        }

        return this;
    }

    /// <summary>The parts; null where one is empty.</summary>
    public IReadOnlyList<string>? Build()
    {
        EndPart();
        return _broken ? null : _parts;
    }

    /// <summary>Reads a path from plain text, such as a substitution's inside; null where it is none.</summary>
    public static IReadOnlyList<string>? Parse(string text)
    {
        var path = new HoconPath();
        var pieces = text.Trim().Split('"');
        if (pieces.Length % 2 == 0) return null;
        for (var i = 0; i < pieces.Length; i++)
        {
            var quoted = i % 2 == 1;
            if (!quoted && pieces[i].Any(c => char.IsWhiteSpace(c) || HoconTokenizer.IsReserved(c))) return null;
            path.Add(pieces[i], quoted);
        }

        return path.Build();
    }

    private void EndPart()
    {
        if (_part.Length == 0 && !_quotedPart) _broken = true;
        _parts.Add(_part.ToString());
        _part.Clear();
        _quotedPart = false;
    }
}
