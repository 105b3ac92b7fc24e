using System.Runtime.CompilerServices;

namespace ActorPipeline.Hosting.Readme;

/// <summary>Compares blocks of code that run in specs with those that the README shows.</summary>
internal static class ReadmeText
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Fails where README.md does not hold the block between the marks of a spec's own file.</summary>
    public static void AssertHolds(string specFile, [CallerFilePath] string caller = "")
    {
        var lines = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(caller)!, specFile));
        var block = lines.SkipWhile(l => l.Trim() != "// README begin").Skip(1).TakeWhile(l => l.Trim() != "// README end").ToArray();
        Assert.NotEmpty(block);
        var readme = File.ReadAllLines(Path.Combine(Root, "README.md")).Select(l => l.Trim()).Where(l => l.Length > 0);
        Assert.Contains(string.Join("\n", block.Select(l => l.Trim()).Where(l => l.Length > 0)), string.Join("\n", readme));
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ActorPipeline.sln"))) return folder.FullName;
        throw new InvalidOperationException("No folder upwards holds ActorPipeline.sln.");
    }
}
