namespace ActorPipeline.Hosting.Demo;

/// <summary>Where the demo lies: in the repository that this program was built in.</summary>
/// <param name="Root">The repository.</param>
internal sealed record DemoFiles(string Root)
{
    /// <summary>Its configuration.</summary>
    public string Configuration => Path.Combine(Root, "hocon", "demo.conf");

    /// <summary>What its video truly shows.</summary>
    public string Truth => Path.Combine(Root, "demo", "belt.truth.json");

    /// <summary>Looks for it from a folder upwards.</summary>
    /// <param name="start">Usually the program's own folder.</param>
    /// <returns>Null where there is none.</returns>
    public static DemoFiles? Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var files = new DemoFiles(folder.FullName);
            if (File.Exists(files.Configuration) && File.Exists(Path.Combine(folder.FullName, "demo", "belt.mp4"))) return files;
        }
        return null;
    }
}
