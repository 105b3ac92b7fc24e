using System.Text.Json;
using ActorPipeline.Catalog;

namespace ActorPipeline.Quantization;

/// <summary>
/// Keeps the forms of models that were quantised in one small file, beside the measured footprints. It survives restarts and may be shared
/// by processes: each change is a read, a change and a write under a lock file, and the new file takes the old one's place in one step.
/// A form belongs to the content of the model it was made from, and to how pictures become its input: a model that moves keeps its forms, one that
/// changes has none.
/// </summary>
/// <param name="path">The file; <see cref="DefaultPath"/> for the user's own. It is read at each call.</param>
/// <param name="warn">Gets what went wrong, for people; null drops it.</param>
public sealed class VariantRegistry(string path, Action<string>? warn = null) : IVariantRegistry
{
    private const string FileName = "variants.json";
    private const string Remedy = "make it with ./actorpipeline quantize --name";

    private readonly CacheFile _file = new(path);

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>The user's own file, in <see cref="FootprintFolder.UserFolder"/>.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static string DefaultPath(Func<string, string?> environment) => System.IO.Path.Combine(FootprintFolder.UserFolder(environment), FileName);

    /// <inheritdoc/>
    public VariantFinding Find(ModelCard card, string name)
    {
        var modelPath = card.Path;
        try
        {
            if (ContentOf(modelPath) is not { } content) return new VariantFinding.Missing($"the model '{modelPath}' cannot be read, so nobody can tell its form '{name}'");
            var all = _file.Read() is { } text ? VariantFile.Parse(text) : VariantFile.Empty;
            var forms = all.Variants.Where(v => v.ModelContent == content).ToArray();
            return forms.FirstOrDefault(v => v.Name == name) is { } form ? Whole(form, RegisteredVariant.InputOf(card))
                : new VariantFinding.Missing($"no form '{name}' of the model '{modelPath}' is registered{Others(forms)}; {Remedy} {name}, or name its file with the key path");
        }
        catch (Exception e) when (e is JsonException || CacheFile.IsFileError(e))
        {
            return new VariantFinding.Missing($"the file of registered forms '{Path}' cannot be used: {e.Message}; {Remedy} {name}, or name its file with the key path");
        }
    }

    /// <summary>Keeps a form in the place of one that was called the same; it is on the disk when this returns.</summary>
    /// <returns>Whether it is kept; if not, the reason went to the warnings.</returns>
    public bool Register(RegisteredVariant variant)
    {
        try
        {
            using var mine = _file.Lock();
            var all = ReadOrSetAside();
            if (all.Variants.FirstOrDefault(v => v.IsCalledAs(variant)) is { } there && there.Profile != variant.Profile)
                warn?.Invoke($"the form '{variant.Name}' for {Word(there)}, '{there.Path}', is not registered any more: this one for {Word(variant)} is called the same; --name gives one of them another name");
            _file.Write(all.With(variant).ToText());
            return true;
        }
        catch (Exception e) when (CacheFile.IsFileError(e))
        {
            warn?.Invoke($"the form '{variant.Name}' cannot be registered in '{Path}': {e.Message}");
            return false;
        }
    }

    private VariantFile ReadOrSetAside()
    {
        try
        {
            return _file.Read() is { } text ? VariantFile.Parse(text) : VariantFile.Empty;
        }
        catch (JsonException e)
        {
            var aside = _file.SetAside();
            warn?.Invoke($"the file of registered forms '{Path}' cannot be used: {e.Message}; {(aside is null ? "a new one is written" : $"it is kept as '{aside}', and a new one is written")}");
            return VariantFile.Empty;
        }
    }

    /// <summary>A form is what the gate let pass, or it is not used.</summary>
    private static VariantFinding Whole(RegisteredVariant form, string input) => ContentOf(form.Path) switch
    {
        null => new VariantFinding.Missing($"the form '{form.Name}' was registered as '{form.Path}', which is not there any more or cannot be read; {Remedy} {form.Name}"),
        var content when content != form.Content => new VariantFinding.Missing($"the form '{form.Name}' was registered as '{form.Path}', which has changed since; {Remedy} {form.Name}"),
        _ when form.Input is { } own && own != input => new VariantFinding.Missing(
            $"the form '{form.Name}' was made and judged with another input ({own}) than the model has here ({input}); {Remedy} {form.Name}"),
        _ => new VariantFinding.Found(form)
        {
            Warning = form.Input is null ? $"the form '{form.Name}' was registered before it was kept how pictures become its input, so that nobody can tell whether it was judged with this one ({input}); {Remedy} {form.Name}" : null,
        },
    };

    private static string Word(RegisteredVariant variant) => variant.Profile.ToString().ToLowerInvariant();

    private static string Others(RegisteredVariant[] forms) => forms.Length == 0 ? "" : $" (registered are {string.Join(", ", forms.Select(f => f.Name))})";

    private static string? ContentOf(string path)
    {
        try
        {
            return ModelFingerprint.Of(path).Hex;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException || CacheFile.IsFileError(e))
        {
            return null;
        }
    }
}
