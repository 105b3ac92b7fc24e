using System.Globalization;
using System.Text;
using ActorPipeline.Catalog;

namespace ActorPipeline.Hosting.Listing;

/// <summary>A model's card as HOCON, with what is not the default of its kind alone: a configuration of that model and nothing else. Pure.</summary>
internal static class CardText
{
    /// <summary>Writes it.</summary>
    /// <param name="card">The card.</param>
    public static string Of(ModelCard card)
    {
        var text = new StringBuilder();
        text.Append("actor-pipeline.models.").Append(card.Id.Value).Append(" {\n");
        text.Append("  path = ").Append(Quote(card.Path)).Append('\n');
        text.Append("  kind = ").Append(card.Kind.ToString().ToLowerInvariant()).Append('\n');
        if (card.LabelsPath is { } labels) text.Append("  labels = ").Append(Quote(labels)).Append('\n');
        var input = Input(card.Input, InputSettings.DefaultFor(card.Kind)).ToArray();
        if (input.Length > 0) text.Append("  input { ").AppendJoin(", ", input).Append(" }\n");
        return text.Append("}\n").ToString();
    }

    /// <summary>A name that a configuration takes, of a file's.</summary>
    public static string NameOf(string path)
    {
        var name = new string([.. Path.GetFileNameWithoutExtension(path).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_')]);
        return name.Length > 0 ? name : "model";
    }

    /// <summary>How pixels become its input, for people to compare with how it was trained.</summary>
    public static string Describe(InputSettings input) => string.Create(CultureInfo.InvariantCulture,
        $"{input.Channels.ToString().ToLowerInvariant()}, ({string.Join(", ", input.Mean)}) subtracted, divided by ({string.Join(", ", input.Std)}), {input.Resize.ToString().ToLowerInvariant()}");

    private static IEnumerable<string> Input(InputSettings input, InputSettings usual)
    {
        if (input.Channels != usual.Channels) yield return $"channels = {ModelList.Word(input.Channels)}";
        if (!input.Mean.SequenceEqual(usual.Mean)) yield return $"mean = {List(input.Mean)}";
        if (!input.Std.SequenceEqual(usual.Std)) yield return $"std = {List(input.Std)}";
        if (input.Resize != usual.Resize) yield return $"resize = {ModelList.Word(input.Resize)}";
        if (input.Width is { } width) yield return $"width = {width}";
        if (input.Height is { } height) yield return $"height = {height}";
    }

    private static string List(IReadOnlyList<float> values) => $"[{string.Join(", ", values.Select(v => v.ToString(CultureInfo.InvariantCulture)))}]";

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
