using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;

namespace ActorPipeline.Hosting.Listing;

/// <summary>A model that there is.</summary>
/// <param name="Name">What it is called: in a configuration by its name, in a folder by its file's.</param>
/// <param name="Path">Its file.</param>
/// <param name="Kind">How its tensors are read; null where that cannot be told.</param>
/// <param name="Input">Pixels across and down its input; null where it cannot be looked at.</param>
/// <param name="Labels">Lines of its label list, or else classes that its outputs tell of; null where neither does.</param>
/// <param name="Forms">Its forms, the preferred one first.</param>
/// <param name="Footprint">Where what it is counted with comes from; null where it is in no configuration.</param>
/// <param name="Fault">Why it cannot be looked at; null where it can.</param>
internal sealed record ListedModel(
    string Name, string Path, ModelKind? Kind, (int Width, int Height)? Input, int? Labels, IReadOnlyList<string> Forms, FootprintSource? Footprint, string? Fault);

/// <summary>The models of a configuration and of folders, found by looking at their files alone.</summary>
internal static class ModelList
{
    /// <summary>Those of a configuration, in its order.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="parts">Looks at them, and knows what was measured.</param>
    /// <param name="lanes">Lanes that may run one at once.</param>
    public static IReadOnlyList<ListedModel> Of(ActorPipelineSettings settings, ActorPipelineParts parts, int lanes) => [.. settings.Models.Values.Select(card =>
    {
        var errors = new List<string>();
        var model = InspectedModel.Of(card, parts.Runtime, parts.Footprints, lanes, errors);
        var inspection = model?.Preferred.Inspection;
        return new ListedModel(
            card.Id.Value, card.Path, card.Kind, inspection is null ? null : (inspection.InputWidth, inspection.InputHeight), LabelsOf(card, errors),
            model is null ? [] : [.. model.Variants.Select(v => v.Name)], inspection?.Footprint.Source, errors.Count == 0 ? null : string.Join("; ", errors));
    })];

    /// <summary>Those of a folder, by their files' names; folders in it are not looked into.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IReadOnlyList<ListedModel> Of(string folder) => [.. Directory.EnumerateFiles(folder, "*.onnx").Order(StringComparer.Ordinal).Select(path =>
    {
        var card = new ModelCard { Id = new ModelId(CardText.NameOf(path)), Path = path, Kind = ModelKind.Classification };
        try
        {
            var proposal = KindProposal.Of(card);
            return new ListedModel(
                System.IO.Path.GetFileName(path), path, proposal?.Kind, proposal is null ? null : (proposal.Width, proposal.Height), proposal?.Classes is > 0 and var classes ? classes : null,
                [], null, proposal is null ? "its inputs and outputs are those of no kind" : null);
        }
        catch (ModelLoadException error)
        {
            return new ListedModel(System.IO.Path.GetFileName(path), path, null, null, null, [], null, error.Message);
        }
    })];

    /// <summary>For programs.</summary>
    public static JsonArray ToJson(IEnumerable<ListedModel> models) => [.. models.Select(m => new JsonObject
    {
        ["name"] = m.Name,
        ["path"] = m.Path,
        ["kind"] = m.Kind is { } kind ? Word(kind) : null,
        ["input"] = m.Input is var (width, height) ? new JsonArray(width, height) : null,
        ["labels"] = m.Labels,
        ["forms"] = new JsonArray([.. m.Forms.Select(form => (JsonNode)form)]),
        ["footprint"] = m.Footprint is { } footprint ? Word(footprint) : null,
        ["fault"] = m.Fault,
    })];

    /// <summary>As configurations and results have it.</summary>
    internal static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static int? LabelsOf(ModelCard card, List<string> errors)
    {
        if (card.LabelsPath is not { } path) return null;
        try
        {
            return LabelList.Load(path).Count;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.Add($"its label list {path} cannot be read: {error.Message}");
            return null;
        }
    }
}
