using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>Reads a node as a value.</summary>
/// <returns>False where it is none of the kind, or out of range.</returns>
internal delegate bool NodeParser<T>(HoconNode node, [MaybeNullWhen(false)] out T value);

/// <summary>What a key takes.</summary>
/// <param name="Expected">In words, with its range; stands in error messages and in the reference.</param>
/// <param name="Parse">Reads it.</param>
internal sealed record ValueKind<T>(string Expected, NodeParser<T> Parse);

/// <summary>The kinds of values that keys take.</summary>
internal static class ValueKind
{
    /// <summary>true or false.</summary>
    public static readonly ValueKind<bool> Bool = new("true or false", (HoconNode node, out bool value) =>
    {
        value = TextOf(node) is "true" or "yes" or "on";
        return value || TextOf(node) is "false" or "no" or "off";
    });

    /// <summary>A size in a range.</summary>
    public static ValueKind<Bytes> Bytes(Bytes min, Bytes max) => new(
        $"a size from {Quantities.Show(min)} to {Quantities.Show(max)}",
        (HoconNode node, out Bytes value) => ActorPipeline.Bytes.TryParse(TextOf(node), out value) && value >= min && value <= max);

    /// <summary>A duration in a range.</summary>
    public static ValueKind<TimeSpan> Duration(TimeSpan min, TimeSpan max) => new(
        $"a duration from {Quantities.Show(min)} to {Quantities.Show(max)}",
        (HoconNode node, out TimeSpan value) => Quantities.TryParse(TextOf(node), out value) && value >= min && value <= max);

    /// <summary>A whole number in a range.</summary>
    public static ValueKind<int> Int(int min, int max) => new(
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"),
        (HoconNode node, out int value) =>
            int.TryParse(TextOf(node), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);

    /// <summary>A whole number in a range, or auto.</summary>
    public static ValueKind<int?> IntOrAuto(int min, int max) => new(
        $"auto, or {Int(min, max).Expected}",
        (HoconNode node, out int? value) =>
        {
            value = Int(min, max).Parse(node, out var number) ? number : null;
            return value is not null || TextOf(node) == "auto";
        });

    /// <summary>A number in a range.</summary>
    public static ValueKind<double> Number(double min, double max) => new(
        string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
        (HoconNode node, out double value) =>
            double.TryParse(TextOf(node), NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);

    /// <summary>A number in a range.</summary>
    public static ValueKind<float> Float(float min, float max) => new(
        string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"),
        (HoconNode node, out float value) =>
            float.TryParse(TextOf(node), NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);

    /// <summary>One of an enumeration's names, written small.</summary>
    public static ValueKind<T> Enum<T>()
        where T : struct, Enum
    {
        var names = System.Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToArray();
        return new ValueKind<T>($"one of {string.Join(", ", names)}", (HoconNode node, out T value) =>
        {
            var index = System.Array.IndexOf(names, TextOf(node));
            value = index < 0 ? default : System.Enum.GetValues<T>()[index];
            return index >= 0;
        });
    }

    /// <summary>One of these words.</summary>
    public static ValueKind<string> OneOf(params string[] words) => new(
        $"one of {string.Join(", ", words)}",
        (HoconNode node, [MaybeNullWhen(false)] out string value) => words.Contains(value = TextOf(node)));

    /// <summary>Text that is not empty and has no control characters.</summary>
    public static ValueKind<string> Text(string expected) => new(
        expected,
        (HoconNode node, [MaybeNullWhen(false)] out string value) => IsText(value = TextOf(node)));

    /// <summary>Text without control characters, maybe empty, that passes.</summary>
    public static ValueKind<string> TextWhere(string expected, Func<string, bool> allowed) => new(
        expected,
        (HoconNode node, [MaybeNullWhen(false)] out string value) => !(value = TextOf(node)).Any(char.IsControl) && node is HoconScalar && allowed(value));

    /// <summary>A path, together with where it was written.</summary>
    public static ValueKind<HoconScalar> Path(string expected, bool emptyAllowed = false) => new(
        expected,
        (HoconNode node, [MaybeNullWhen(false)] out HoconScalar value) => (value = node as HoconScalar) is not null && (IsText(value.Text) || (emptyAllowed && value.Text.Length == 0)));

    /// <summary>A list of a kind.</summary>
    public static ValueKind<IReadOnlyList<T>> List<T>(string expected, ValueKind<T> item, Func<IReadOnlyList<T>, bool>? allowed = null) => new(
        expected,
        (HoconNode node, [MaybeNullWhen(false)] out IReadOnlyList<T> value) =>
        {
            var items = new List<T>();
            value = items;
            foreach (var child in (node as HoconArray)?.Items ?? [])
            {
                if (!item.Parse(child, out var parsed)) return false;
                items.Add(parsed);
            }

            return node is HoconArray && allowed?.Invoke(items) != false;
        });

    /// <summary>An object.</summary>
    public static ValueKind<HoconObject> Object(string expected) => new(
        expected,
        (HoconNode node, [MaybeNullWhen(false)] out HoconObject value) => (value = node as HoconObject) is not null);

    /// <summary>A list of anything.</summary>
    public static ValueKind<HoconArray> Array(string expected) => new(
        expected,
        (HoconNode node, [MaybeNullWhen(false)] out HoconArray value) => (value = node as HoconArray) is not null);

    private static bool IsText(string text) => text.Length > 0 && !text.Any(char.IsControl);

    /// <summary>A scalar's text; what is none gives empty text, which no kind takes.</summary>
    private static string TextOf(HoconNode node) => (node as HoconScalar)?.Text ?? "";
}
