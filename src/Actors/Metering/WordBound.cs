namespace ActorPipeline.Metering;

/// <summary>Keeps the values of a label few: a word that comes when there are as many as may be is told as <see cref="Other"/>. Words of other nodes go through it.</summary>
/// <param name="most">How many there may be.</param>
internal sealed class WordBound(int most = 32)
{
    /// <summary>What the semantic conventions call all the rest.</summary>
    public const string Other = "_OTHER";

    private readonly HashSet<string> _words = new(StringComparer.Ordinal);

    /// <summary>The word, or <see cref="Other"/>.</summary>
    public string Of(string word) => _words.Contains(word) || (_words.Count < most && _words.Add(word)) ? word : Other;
}
