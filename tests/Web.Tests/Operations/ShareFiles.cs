namespace ActorPipeline.Operations;

/// <summary>Files of the repository that are for other programs.</summary>
internal static class ShareFiles
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file under <c>share</c>.</summary>
    public static string PathOf(string name) => Path.Combine(Root, "share", name);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ActorPipeline.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The specs do not run in the repository.");
    }
}
