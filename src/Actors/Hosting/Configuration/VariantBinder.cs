using System.Diagnostics.CodeAnalysis;
using ActorPipeline.Catalog;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>models.NAME.variants</c> to the variants of a card.</summary>
internal static class VariantBinder
{
    /// <summary>What a variant may be called.</summary>
    public static readonly ValueKind<string> Name = new(
        "a name of letters, digits, '.', '-' and '_'",
        (HoconNode node, [MaybeNullWhen(false)] out string value) =>
        {
            value = (node as HoconScalar)?.Text ?? "";
            return value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
        });

    /// <summary>Reads them.</summary>
    /// <param name="model">The model's reader.</param>
    /// <param name="own">What the form in the model's own path is called; null where nobody says.</param>
    /// <param name="baseDirectory">What relative paths are relative to.</param>
    public static IReadOnlyList<ModelVariant> Bind(SettingsReader model, string? own, string baseDirectory)
    {
        HashSet<string> names = own is null ? [] : [own];
        return [.. model.Items("variants").Select(reader => Variant(reader, names, baseDirectory))];
    }

    private static ModelVariant Variant(SettingsReader reader, HashSet<string> names, string baseDirectory)
    {
        var named = reader.TryRead("name", Name, true, out var name);
        if (named && !names.Add(name!)) reader.Error("name", $"another variant of this model is called '{name}'");
        var path = reader.File("path", "the path of an ONNX file", required: true);
        var variant = new ModelVariant
        {
            Name = name ?? "",
            Path = path is null ? "" : PathRules.Resolve(path, baseDirectory),
            Providers = reader.TryRead("providers", ModelBinder.ProvidersKind, false, out var providers) ? providers : null,
            Footprint = ModelBinder.Footprint(reader.Section("footprint"), declared: reader.Has("footprint")),
            RunTime = reader.TryRead("run-ms", ValueKind.Number(0, 3_600_000), false, out var run) ? TimeSpan.FromMilliseconds(run) : null,
            Accuracy = reader.TryRead("accuracy", ValueKind.Number(0, 1), false, out var accuracy) ? accuracy : null,
        };
        reader.Done();
        return variant;
    }
}
