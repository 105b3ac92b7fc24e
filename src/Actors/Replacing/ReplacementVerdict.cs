using System.Globalization;
using ActorPipeline.Inference;

namespace ActorPipeline.Replacing;

/// <summary>What came of trying a model's new file. Pure.</summary>
/// <param name="Accepted">Whether it may take the old one's place.</param>
/// <param name="Text">Why, for people.</param>
internal sealed record ReplacementVerdict(bool Accepted, string Text)
{
    /// <summary>Judges by what both did with the same work.</summary>
    /// <param name="settings">What is wanted of it.</param>
    /// <param name="agreement">The share of the old one's answers that it gave too, 0 to 1.</param>
    /// <param name="before">Lane time of one frame or crop on the old one; null where nobody knows.</param>
    /// <param name="after">The same on the new one.</param>
    public static ReplacementVerdict Of(ReplacementSettings settings, double agreement, TimeSpan? before, TimeSpan? after)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"it says what the old one says in {100 * agreement:0.#} % of the cases");
        if (agreement < settings.Agreement) return Refused(string.Create(CultureInfo.InvariantCulture, $"{said}, and {100 * settings.Agreement:0.#} % are wanted"));
        if (before is not { } old || after is not { } now || old <= TimeSpan.Zero) return new ReplacementVerdict(true, said);
        said = string.Create(CultureInfo.InvariantCulture, $"{said}, and takes {now / old:0.00} times as long");
        return now / old > settings.Slowdown
            ? Refused(string.Create(CultureInfo.InvariantCulture, $"{said}, where {settings.Slowdown:0.##} times are allowed"))
            : new ReplacementVerdict(true, said);
    }

    /// <summary>It is no good, or could not be tried.</summary>
    public static ReplacementVerdict Refused(string why) => new(false, why);
}
