namespace ActorPipeline.Hosting.Configuration;

/// <summary>A key the binder reads.</summary>
/// <param name="Path">Its full path; a name chosen by the user stands as NAME, an item of a list as [].</param>
/// <param name="Expected">What it takes, with its range; empty for a section.</param>
internal sealed record KnownKey(string Path, string Expected);

/// <summary>What all readers of one configuration found.</summary>
internal sealed class SettingsReport
{
    private readonly Dictionary<string, KnownKey> _keys = [];

    /// <summary>What is wrong.</summary>
    public List<ConfigurationError> Errors { get; } = [];

    /// <summary>What is odd but can be run.</summary>
    public List<ConfigurationError> Warnings { get; } = [];

    /// <summary>
    /// Set where brackets do not match: keys may have ended up in the wrong object, so a key that is missing is no news,
    /// while a key in the wrong place still shows where the bracket is missing.
    /// </summary>
    public bool Unbalanced { get; set; }

    /// <summary>Every key that was asked for, in that order.</summary>
    public IReadOnlyCollection<KnownKey> Keys => _keys.Values;

    public void Ask(string path, string expected) => _keys.TryAdd(path, new KnownKey(path, expected));

    public void Error(SourcePosition position, string key, string message) => Errors.Add(new ConfigurationError(position, key, message));

    public void Warn(SourcePosition position, string key, string message) => Warnings.Add(new ConfigurationError(position, key, message));

    /// <summary>Reports that something is not there, unless keys may merely have been misplaced.</summary>
    public void Missing(SourcePosition position, string key, string message)
    {
        if (!Unbalanced) Error(position, key, message);
    }
}
