namespace ActorPipeline.Hosting.Configuration;

/// <summary>"Did you mean": the known word nearest to a wrong one.</summary>
internal static class Suggestions
{
    private const int LongestWord = 64;

    /// <summary>Ends a message about an unknown word: the nearest known one, else all of them.</summary>
    public static string For(string word, IReadOnlyCollection<string> known)
    {
        var nearest = known
            .Select(candidate => (Word: candidate, Distance: Distance(word, candidate)))
            .Where(candidate => candidate.Distance <= Math.Max(2, candidate.Word.Length / 3))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        if (nearest.Word is not null) return $"did you mean '{nearest.Word}'?";
        return known.Count == 0 ? "there is none" : $"known here: {string.Join(", ", known)}";
    }

    /// <summary>Fewest insertions, deletions and replacements that make one word of the other, whatever their case.</summary>
    public static int Distance(string a, string b)
    {
        if (a.Length > LongestWord || b.Length > LongestWord) return int.MaxValue;
        (a, b) = (a.ToLowerInvariant(), b.ToLowerInvariant());
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
