using System.Diagnostics.CodeAnalysis;
using ActorPipeline.Catalog;
using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>models.NAME.variant</c>, <c>variants</c> and <c>form</c>: the forms of a model, and which of them it has here.</summary>
/// <param name="model">The model's reader.</param>
/// <param name="baseDirectory">What relative paths are relative to.</param>
/// <param name="registry">Knows the variants that have a name alone; null leaves all but the model's own form out.</param>
internal sealed class VariantBinder(SettingsReader model, string baseDirectory, IVariantRegistry? registry)
{
    /// <summary>Stands for all forms, so that none is called so.</summary>
    public const string All = "auto";

    /// <summary>What a variant may be called.</summary>
    public static readonly ValueKind<string> Name = new(
        "a name of letters, digits, '.', '-' and '_'",
        (HoconNode node, [MaybeNullWhen(false)] out string value) => IsName(value = (node as HoconScalar)?.Text ?? ""));

    private static readonly ValueKind<string> FormKind = new("auto, or the name of a form", Name.Parse);

    /// <summary>Whether a form may be called so, by its letters.</summary>
    public static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>Gives a card its forms.</summary>
    /// <param name="card">The card, of the form in its own path.</param>
    public ModelCard Bind(ModelCard card)
    {
        HashSet<string> names = [];
        var own = ReadName(model, "variant", required: false, names);
        var variants = model.Items("variants").Select(reader => Read(reader, names)).ToArray();
        card = card with { Variant = own };
        if (!model.TryRead("form", FormKind, false, out var form) || form == All) return registry is null ? card : card with { Variants = [.. variants.Select(v => Bind(v, card))] };
        if (form != own && !names.Contains(form)) model.Error("form", $"no form of this model is called '{form}': {Known(own, variants)}");
        // Only what is used has to be there: the others may not be made yet.
        return registry is not null && variants.FirstOrDefault(v => v.Variant.Name == form) is { } chosen ? card.As(Bind(chosen, card)) : card;
    }

    private static Declared Read(SettingsReader reader, HashSet<string> names)
    {
        var name = ReadName(reader, "name", required: true, names);
        var declared = new Declared(reader, reader.File("path", "the path of an ONNX file", required: reader.IsLeftOut("path")), reader.Has("path") || reader.IsLeftOut("path"), new ModelVariant
        {
            Name = name ?? "",
            Path = "",
            Providers = reader.TryRead("providers", ModelBinder.ProvidersKind, false, out var providers) ? providers : null,
            Footprint = ModelBinder.Footprint(reader.Section("footprint"), declared: reader.Has("footprint")),
            RunTime = reader.TryRead("run-ms", ValueKind.Number(0, 3_600_000), false, out var run) ? TimeSpan.FromMilliseconds(run) : null,
            Accuracy = reader.TryRead("accuracy", ValueKind.Number(0, 1), false, out var accuracy) ? accuracy : null,
        });
        reader.Done();
        return declared;
    }

    private static string? ReadName(SettingsReader reader, string key, bool required, HashSet<string> names)
    {
        if (!reader.TryRead(key, Name, required, out var name)) return null;
        if (name == All) reader.Error(key, $"no form may be called '{All}': that stands for all of them");
        else if (!names.Add(name)) reader.Error(key, $"another variant of this model is called '{name}'");
        return name;
    }

    private ModelVariant Bind(Declared declared, ModelCard card)
    {
        var variant = declared.Variant;
        if (declared.Path is { } path) return variant with { Path = PathRules.Resolve(path, baseDirectory) };
        // What is wrong with the path, the name or the model's own path was reported; a section that is no object has neither.
        if (declared.HasPath || variant.Name.Length == 0 || card.Path.Length == 0 || declared.Reader.IsWrong) return variant;
        switch (registry!.Find(card, variant.Name))
        {
            case VariantFinding.Found(var registered) found:
                if (found.Warning is { } warning) declared.Reader.Warn("name", warning);
                var known = registered.ToVariant();
                return variant with { Path = known.Path, Providers = variant.Providers ?? known.Providers, RunTime = variant.RunTime ?? known.RunTime, Accuracy = variant.Accuracy ?? known.Accuracy };
            case VariantFinding.Missing(var why):
                declared.Reader.Error("name", why);
                break;
        }
        return variant;
    }

    private static string Known(string? own, Declared[] variants)
    {
        var names = string.Join(", ", variants.Select(v => v.Variant.Name).Where(name => name.Length > 0).Prepend(own).OfType<string>());
        return own is not null ? $"it has {names}" : $"it has {(names.Length > 0 ? $"{names}, and " : "")}the one in its own path, which the key variant gives a name";
    }

    /// <summary>A variant as it is written.</summary>
    /// <param name="Reader">Where.</param>
    /// <param name="Path">Its path; null where there is none, or a wrong one.</param>
    /// <param name="HasPath">Whether it names one, right or wrong.</param>
    /// <param name="Variant">The rest; without a path.</param>
    private sealed record Declared(SettingsReader Reader, HoconScalar? Path, bool HasPath, ModelVariant Variant);
}
