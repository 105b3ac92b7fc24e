namespace ActorPipeline.Hosting.Quantizing;

/// <summary>Writes files that are found whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes one in the place of what was there.</summary>
    public static void Write(string path, string text)
    {
        var fresh = $"{path}.{Environment.ProcessId}.new";
        try
        {
            File.WriteAllText(fresh, text);
            File.Move(fresh, path, overwrite: true);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
    }
}
