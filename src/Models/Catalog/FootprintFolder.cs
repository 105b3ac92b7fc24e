namespace ActorPipeline.Catalog;

/// <summary>Where the user's own cache is, and the file of footprints in it.</summary>
public static class FootprintFolder
{
    /// <summary>The variable that names another folder than the user's cache.</summary>
    public const string Variable = "ACTORPIPELINE_CACHE";

    private const string FileName = "footprints.json";

    /// <summary>The user's own file, in <see cref="UserFolder"/>.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static string DefaultPath(Func<string, string?> environment) => Path.Combine(UserFolder(environment), FileName);

    /// <summary>
    /// The user's own cache: the folder that <see cref="Variable"/> names, else <c>actorpipeline</c> in <c>XDG_CACHE_HOME</c>, else in
    /// <c>~/.cache</c>, else in the folder for temporary files. A worker process finds the same.
    /// </summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static string UserFolder(Func<string, string?> environment)
    {
        if (environment(Variable) is { Length: > 0 } named) return named;
        var cache = environment("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg
            : environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache")
            : Path.GetTempPath();
        return Path.Combine(cache, "actorpipeline");
    }
}
