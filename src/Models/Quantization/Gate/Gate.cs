using System.Globalization;

namespace ActorPipeline.Quantization;

/// <summary>All that speaks for or against publishing a quantised model.</summary>
/// <param name="Accuracy">What was lost.</param>
/// <param name="Gain">What was gained.</param>
/// <param name="Kernels">Which kernels ran; null where they could not be seen.</param>
/// <param name="Overlap">Evaluation pictures that calibration saw.</param>
internal sealed record GateEvidence(AccuracyFinding Accuracy, GainFinding Gain, KernelFinding? Kernels, IReadOnlyList<string> Overlap);

/// <summary>Decides whether a quantised model is published. Pure: what it says follows from the evidence alone.</summary>
internal static class Gate
{
    /// <summary>Why it is refused, each for people; empty where it passes.</summary>
    public static IReadOnlyList<string> Refusals(GateEvidence evidence, double maxLoss, bool unproven)
    {
        var refusals = new List<string>();
        if (OverlapRefusal(evidence.Overlap) is { } overlap) refusals.Add(overlap);
        var accuracy = evidence.Accuracy;
        if (!(accuracy.Loss <= maxLoss))
            refusals.Add(Text($"it loses {accuracy.Loss:0.00} points of {accuracy.Metric} ({accuracy.Float:0.00} to {accuracy.Quantised:0.00}); at most {maxLoss:0.##} are allowed"));
        var gain = evidence.Gain;
        if (gain.FileShare >= 1) refusals.Add(Text($"its file is not smaller: {gain.QuantisedBytes:N0} bytes against {gain.FloatBytes:N0}"));
        if (gain.RunShare is not { } share)
        {
            if (!unproven) refusals.Add("its run time cannot be measured here, so that nothing shows that it is quicker; --unproven publishes it all the same");
        }
        else if (!(share < 1))
        {
            refusals.Add(Text($"it is not quicker: a run takes {share:0.000} times the float engine's"));
        }
        switch (evidence.Kernels)
        {
            case null when !unproven:
                refusals.Add("the kernels it runs cannot be seen here, so that nothing shows that integers are computed with; --unproven publishes it all the same");
                break;
            case { Integer: 0 }:
                refusals.Add("a profile shows that not one integer kernel ran");
                break;
            case { Missed: { Count: > 0 } missed }:
                refusals.Add($"a profile shows that {missed.Count} of its quantised layers ran among floats all the same: {Some(missed)}");
                break;
        }
        return refusals;
    }

    /// <summary>Why pictures that calibration saw prove nothing; null where there are none.</summary>
    public static string? OverlapRefusal(IReadOnlyList<string> overlap) => overlap.Count == 0 ? null
        : $"{overlap.Count} of the evaluation pictures were calibrated on ({Some(overlap)}): what was seen before proves nothing";

    /// <summary>What a person should know although it passes.</summary>
    public static IReadOnlyList<string> Warnings(AccuracyFinding accuracy, double maxLoss)
    {
        if (accuracy.High <= maxLoss) return [];
        var half = (accuracy.High - accuracy.Low) / 2;
        var room = maxLoss - accuracy.Loss;
        // An interval's width shrinks with the root of the number of pictures.
        var needed = room > 0 && half > 0 ? (int)Math.Ceiling(accuracy.Pictures * Math.Pow(half / room, 2)) : 0;
        var more = needed > accuracy.Pictures ? Text($"; some {needed:N0} like them would") : "";
        return [Text($"{accuracy.Pictures} pictures are too few to prove a loss of at most {maxLoss:0.##} points: its 95 % interval is {accuracy.Low:0.00} to {accuracy.High:0.00}{more}")];
    }

    private static string Some(IReadOnlyList<string> names) => string.Join(", ", names.Take(3)) + (names.Count > 3 ? ", ..." : "");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
