using System.Globalization;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>Reads values of options; what is wrong goes to a list, and reads as the fallback.</summary>
/// <param name="errors">Gets what is wrong, for people.</param>
internal sealed class OptionWords(ICollection<string> errors)
{
    /// <summary>One of an enumeration's names, written small.</summary>
    public T Word<T>(string option, string? text, T fallback)
        where T : struct, Enum
    {
        if (text is null) return fallback;
        var names = Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).ToArray();
        var index = Array.IndexOf(names, text.ToLowerInvariant());
        if (index >= 0) return Enum.GetValues<T>()[index];
        errors.Add($"{option} takes one of {string.Join(", ", names)}, not '{text}'");
        return fallback;
    }

    /// <summary>A number in a range.</summary>
    public double Number(string option, string? text, double least, double most, double fallback)
    {
        if (text is null) return fallback;
        if (TryNumber(text, out var number) && number >= least && number <= most) return number;
        errors.Add(FormattableString.Invariant($"{option} takes a number from {least} to {most}, not '{text}'"));
        return fallback;
    }

    /// <summary>Three numbers between commas.</summary>
    public IReadOnlyList<float> Three(string option, string? text, bool zero, IReadOnlyList<float> fallback)
    {
        if (text is null) return fallback;
        var numbers = text.Split(',').Select(part => TryNumber(part, out var number) && Math.Abs(number) <= 100_000 && (zero || number != 0) ? (float?)number : null).ToArray();
        if (numbers.Length == 3 && numbers.All(n => n is not null)) return [.. numbers.OfType<float>()];
        errors.Add($"{option} takes three numbers from -100000 to 100000 between commas{(zero ? "" : ", none of them 0")}, such as {string.Join(',', fallback.Select(f => f.ToString(CultureInfo.InvariantCulture)))}, not '{text}'");
        return fallback;
    }

    private static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
