using System.Diagnostics.CodeAnalysis;
using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>What reading a configuration gave: settings, or everything that is wrong.</summary>
/// <param name="Settings">The settings; null where there are errors.</param>
/// <param name="AkkaHocon">The user's <c>akka { }</c> block with everything substituted, as text for Akka's parser; empty without one.</param>
/// <param name="Errors">Everything that is wrong, in the order of the file; what overrides got wrong comes last.</param>
/// <param name="Warnings">What is odd but can be run.</param>
public sealed record ConfigurationResult(
    ActorPipelineSettings? Settings, string AkkaHocon, IReadOnlyList<ConfigurationError> Errors, IReadOnlyList<ConfigurationError> Warnings)
{
    /// <summary>Whether there are settings.</summary>
    [MemberNotNullWhen(true, nameof(Settings))]
    public bool IsValid => Settings is not null;
}

/// <summary>Reads a configuration: strictly, whole, and with every fault reported at its place.</summary>
public static class ActorPipelineConfiguration
{
    /// <summary>Most faults that are reported singly.</summary>
    public const int MostErrors = 200;

    /// <summary>Reads a configuration. Never throws for anything that stands in one.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="fileName">Its name for messages.</param>
    /// <param name="environment">Looks an environment variable up; null where it is not set.</param>
    /// <param name="overrides">Paths of keys and values that win over the file, such as <c>actor-pipeline.memory.budget</c> and <c>64MiB</c>.</param>
    /// <param name="baseDirectory">
    /// The file's folder: relative paths of models, labels and sources that are written in the file are taken from here. Paths
    /// that begin with an environment variable, and those in overrides, stay relative to the current folder; sinks stay relative
    /// to the output folder.
    /// </param>
    /// <param name="registry">Knows the variants that have a name and no path; null for the user's own, which is read only where there are any.</param>
    public static ConfigurationResult Read(
        string text,
        string fileName,
        Func<string, string?> environment,
        IEnumerable<KeyValuePair<string, string>>? overrides = null,
        string baseDirectory = "",
        IVariantRegistry? registry = null) =>
        Read(text, fileName, environment, overrides ?? [], baseDirectory, modelsRequired: true, registry ?? new VariantRegistry(VariantRegistry.DefaultPath(environment)));

    /// <summary>The same, but each model has the form in its own path alone: for who makes the other forms, which need not be there yet.</summary>
    internal static ConfigurationResult ReadOwnForms(
        string text, string fileName, Func<string, string?> environment, IEnumerable<KeyValuePair<string, string>> overrides, string baseDirectory) =>
        Read(text, fileName, environment, overrides, baseDirectory, modelsRequired: true, registry: null);

    /// <summary>
    /// The same; <paramref name="modelsRequired"/> false lets a file without models pass, as the reference is one, and without a
    /// <paramref name="registry"/> each model has the form in its own path alone.
    /// </summary>
    internal static ConfigurationResult Read(
        string text,
        string fileName,
        Func<string, string?> environment,
        IEnumerable<KeyValuePair<string, string>> overrides,
        string baseDirectory,
        bool modelsRequired,
        IVariantRegistry? registry)
    {
        var report = new SettingsReport();
        var (root, unbalanced) = HoconReader.Read(text, fileName, environment, overrides, report.Errors);
        report.Unbalanced = unbalanced;
        var (settings, akka) = new SettingsBinder(report, baseDirectory, modelsRequired, registry).Bind(root);
        return new ConfigurationResult(
            report.Errors.Count == 0 ? settings : null,
            report.Errors.Count == 0 && akka is not null ? HoconRenderer.Render("akka", akka) : "",
            Ordered(report.Errors),
            Ordered(report.Warnings));
    }

    /// <summary>Every key that is understood, with what it takes; found by reading a file with one of everything.</summary>
    internal static IReadOnlyCollection<KnownKey> KnownKeys()
    {
        var report = new SettingsReport();
        const string everything = "actor-pipeline { models.NAME { variants = [{}] }, pipelines.NAME { classify = [{}], sinks = [{}] } }";
        var (root, _) = HoconReader.Read(everything, "", _ => null, [], report.Errors);
        new SettingsBinder(report, "", modelsRequired: true, registry: null).Bind(root);
        return report.Keys;
    }

    private static IReadOnlyList<ConfigurationError> Ordered(List<ConfigurationError> found)
    {
        var ordered = found.OrderBy(error => error.Position == SourcePosition.Override).ThenBy(error => error.Position.Line).ThenBy(error => error.Position.Column).ToList();
        if (ordered.Count <= MostErrors) return ordered;
        var rest = ordered.Count - MostErrors;
        return [.. ordered.Take(MostErrors), new ConfigurationError(ordered[MostErrors].Position, "", $"and {rest} more from here on")];
    }
}
