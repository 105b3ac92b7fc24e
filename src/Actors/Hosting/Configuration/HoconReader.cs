namespace ActorPipeline.Hosting.Configuration;

/// <summary>Text, environment and overrides to one tree.</summary>
internal static class HoconReader
{
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name for messages.</param>
    /// <param name="environment">Looks an environment variable up.</param>
    /// <param name="overrides">Paths and values that win over the file.</param>
    /// <param name="errors">Takes every fault of syntax and substitution.</param>
    /// <returns>What could be read, and whether brackets do not match, so that keys may stand in the wrong object.</returns>
    public static (HoconObject Root, bool Unbalanced) Read(
        string text,
        string file,
        Func<string, string?> environment,
        IEnumerable<KeyValuePair<string, string>> overrides,
        ICollection<ConfigurationError> errors)
    {
        var (root, unbalanced) = HoconParser.Parse(text, file, errors);
        foreach (var (path, value) in overrides) Override(root, path, value, errors);
        return (new HoconResolver(root, environment, errors).Resolve(), unbalanced);
    }

    private static void Override(RawObject root, string path, string value, ICollection<ConfigurationError> errors)
    {
        if (HoconPath.Parse(path) is not { Count: <= HoconParser.MaxDepth } parts)
        {
            errors.Add(new ConfigurationError(SourcePosition.Override, "", $"'{path}' is not the path of a key, such as actor-pipeline.memory.budget"));
            return;
        }

        var faults = new List<ConfigurationError>();
        root.Put(parts, SourcePosition.Override, OverrideValue(value, faults));
        foreach (var fault in faults) errors.Add(fault with { Key = path });
    }

    /// <summary>A shell has eaten the quotes of most values: what shows no sign of HOCON is taken as it stands, so rtsp://camera/1 needs none.</summary>
    private static RawValue OverrideValue(string value, ICollection<ConfigurationError> faults)
    {
        var text = value.Trim();
        if (text.Length > HoconParser.MaxLength)
        {
            faults.Add(new ConfigurationError(SourcePosition.Override, "", $"a value has at most {HoconParser.MaxLength} characters"));
            return new RawInvalid(SourcePosition.Override);
        }

        return text.Length == 0 || "{[\"".Contains(text[0]) || text.Contains("${")
            ? HoconParser.ParseValue(text, SourcePosition.Override, faults)
            : new RawScalar(SourcePosition.Override, text, false);
    }
}
