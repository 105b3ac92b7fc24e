using ActorPipeline.Hosting.Configuration;

namespace ActorPipeline.Tests.Hosting.Configuration;

/// <summary>Short ways to read a text in a spec.</summary>
internal static class Given
{
    public static string Root { get; } = FindRoot();

    /// <summary>The tree of a text, and its faults as "line:column: message".</summary>
    public static (HoconObject Tree, IReadOnlyList<string> Faults) Hocon(string text, params (string Name, string Value)[] environment)
    {
        var errors = new List<ConfigurationError>();
        var (tree, _) = HoconReader.Read(text, "f", Lookup(environment), [], errors);
        return (tree, [.. errors.Select(error => $"{error.Position.Line}:{error.Position.Column}: {error.Message}")]);
    }

    /// <summary>A tree without faults.</summary>
    public static HoconObject Tree(string text, params (string Name, string Value)[] environment)
    {
        var (tree, faults) = Hocon(text, environment);
        Assert.Empty(faults);
        return tree;
    }

    /// <summary>Faults of a whole configuration as "line:column: key: message".</summary>
    public static IReadOnlyList<string> Faults(string text, params (string Name, string Value)[] environment) =>
        [.. Configuration(text, environment).Errors.Select(error => error.ToString()["test.conf:".Length..])];

    public static ConfigurationResult Configuration(string text, params (string Name, string Value)[] environment) =>
        ActorPipelineConfiguration.Read(text, "test.conf", Lookup(environment));

    public static Func<string, string?> Lookup(params (string Name, string Value)[] environment) =>
        name => environment.FirstOrDefault(variable => variable.Name == name).Value;

    public static string File(string path) => System.IO.File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The node at a dotted path.</summary>
    public static HoconNode? At(this HoconObject tree, string path) =>
        path.Split('.').Aggregate((HoconNode?)tree, (node, key) => (node as HoconObject)?.Fields.TryGetValue(key, out var field) == true ? field.Value : null);

    /// <summary>A scalar's text at a dotted path; null where there is none.</summary>
    public static string? Text(this HoconObject tree, string path) => (tree.At(path) as HoconScalar)?.Text;

    /// <summary>The texts of a list at a dotted path.</summary>
    public static string[] Texts(this HoconObject tree, string path) => [.. ((HoconArray)tree.At(path)!).Items.Select(item => ((HoconScalar)item).Text)];

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "ActorPipeline.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
