using System.Globalization;

namespace ActorPipeline.Quantization;

/// <summary>All that speaks for or against publishing a quantised model.</summary>
/// <param name="Accuracy">What was lost.</param>
/// <param name="Gain">What was gained.</param>
/// <param name="Kernels">Which kernels ran; null where they could not be seen.</param>
/// <param name="Overlap">Evaluation pictures that calibration saw.</param>
internal sealed record GateEvidence(AccuracyFinding Accuracy, GainFinding Gain, KernelFinding? Kernels, IReadOnlyList<string> Overlap);

/// <summary>Decides whether a quantised model is published. Pure: what it says follows from the evidence alone, and what is no number speaks against.</summary>
internal static class Gate
{
    /// <summary>Of 100 answers so many the same are worth a word.</summary>
    private const double LowAgreement = 90;

    // Scores are sums: a loss of exactly the bound may come out a little above it.
    private const double Rounding = 1e-9;

    /// <summary>Why it is refused, each for people; empty where it passes.</summary>
    /// <param name="evidence">What was found.</param>
    /// <param name="maxLoss">The most points that may be lost; 100 for no bound.</param>
    /// <param name="unproven">Whether what cannot be proved for want of the device is let pass. What runs on the processor can be proved here.</param>
    /// <param name="profile">Who is to run it.</param>
    /// <param name="maxTime">A run has to take less than so many times the float engine's.</param>
    public static IReadOnlyList<string> Refusals(GateEvidence evidence, double maxLoss, bool unproven, QuantizationProfile profile = QuantizationProfile.Cpu, double maxTime = 1) =>
    [
        .. OverlapRefusal(evidence.Overlap) is { } overlap ? [overlap] : Array.Empty<string>(),
        .. Lost(evidence.Accuracy, maxLoss),
        .. Gained(evidence.Gain, maxTime, profile == QuantizationProfile.TensorRt, unproven),
        .. Ran(evidence.Kernels, profile == QuantizationProfile.TensorRt, unproven),
    ];

    /// <summary>Why pictures that calibration saw prove nothing; null where there are none.</summary>
    public static string? OverlapRefusal(IReadOnlyList<string> overlap) => overlap.Count == 0 ? null
        : $"{overlap.Count} of the evaluation pictures were calibrated on ({Some(overlap)}): what was seen before proves nothing";

    /// <summary>What a person should know although it passes.</summary>
    public static IReadOnlyList<string> Warnings(AccuracyFinding accuracy, double maxLoss) =>
    [
        .. TooFew(accuracy, maxLoss) is { } few ? [few] : Array.Empty<string>(),
        .. accuracy.Agreement < LowAgreement ? [Text($"it says what the float model says on {accuracy.Agreement:0.0} of 100 only: losses and gains may have evened out")] : Array.Empty<string>(),
    ];

    /// <summary>What a person should know of a model that was published although it is not quicker; null where it is, or where nobody can tell.</summary>
    public static string? Slower(GainFinding gain) => gain.RunShare is >= 1 and var share ? Text($"it is not quicker: a run takes {share:0.00} times the float engine's, which was allowed; it gains size alone") : null;

    /// <summary>What a person should know of a model that was published although it was not proved whole.</summary>
    public static IReadOnlyList<string> Unproved(GainFinding gain, KernelFinding? kernels)
    {
        string[] what = [.. gain.RunShare is null ? ["its run time"] : Array.Empty<string>(), .. kernels is null ? ["the kernels it runs"] : Array.Empty<string>()];
        return what.Length == 0 ? [] : [$"not proved, for want of the device: {string.Join(" and ", what)}"];
    }

    private static IEnumerable<string> Lost(AccuracyFinding accuracy, double maxLoss)
    {
        if (accuracy.Pictures == 0) yield return "not one picture was evaluated";
        if (!double.IsFinite(accuracy.Loss) || !double.IsFinite(accuracy.Low) || !double.IsFinite(accuracy.High))
        {
            yield return $"its loss of {accuracy.Metric} cannot be told: the evaluation pictures show nothing that either model finds, or too seldom";
        }
        else if (!(accuracy.Loss <= maxLoss + Rounding))
        {
            yield return Text($"it loses {accuracy.Loss:0.00} points of {accuracy.Metric} ({accuracy.Float:0.00} to {accuracy.Quantised:0.00}); at most {maxLoss:0.##} are allowed");
        }
        else if (accuracy.Float <= 0 || (accuracy.Float <= maxLoss && maxLoss < 100))
        {
            yield return Text($"the float model itself has {accuracy.Float:0.00} points of {accuracy.Metric}, so that nothing could be lost that is not allowed: the truth or the card's input is another model's");
        }
    }

    private static IEnumerable<string> Gained(GainFinding gain, double maxTime, bool needsDevice, bool unproven)
    {
        if (!(gain.FileShare < 1)) yield return Text($"its file is not smaller: {gain.QuantisedBytes:N0} bytes against {gain.FloatBytes:N0}");
        if (gain.RunShare is { } share)
        {
            if (!(share < maxTime)) yield return Text($"it is not quicker: a run takes {share:0.000} times the float engine's{(maxTime > 1 ? $"; less than {maxTime:0.##} are allowed" : "")}");
        }
        else if (!needsDevice || !unproven)
        {
            yield return $"its run time cannot be measured here, so that nothing shows that it is quicker{Way(needsDevice)}";
        }
    }

    private static IEnumerable<string> Ran(KernelFinding? kernels, bool needsDevice, bool unproven)
    {
        switch (kernels)
        {
            case null when !needsDevice || !unproven:
                yield return $"the kernels it runs cannot be seen here, so that nothing shows that integers are computed with{Way(needsDevice)}";
                break;
            case { Integer: 0 }:
                yield return "a profile shows that not one integer kernel ran";
                break;
            case { Missed: { Count: > 0 } missed }:
                yield return $"a profile shows that {missed.Count} of its quantised layers ran among floats all the same: {Some(missed)}";
                break;
        }
    }

    private static string Way(bool needsDevice) => needsDevice ? "; --unproven publishes it all the same" : "";

    private static string? TooFew(AccuracyFinding accuracy, double maxLoss)
    {
        var room = maxLoss - accuracy.Loss;
        if (accuracy.High <= accuracy.Low + Rounding)
        {
            // Where nothing changed there is no interval. What happens to one picture in n is missed by n pictures in 37 of 100 cases, to three in 5.
            var unseen = 300.0 / accuracy.Pictures;
            return !(unseen > room) ? null
                : Text($"{accuracy.Pictures} pictures are too few to prove a loss of at most {maxLoss:0.##} points: what happens to {unseen:0.#} of 100 may happen to none of them{More(accuracy, 300 / room)}");
        }
        // An interval's end draws nearer with the root of the number of pictures.
        var above = accuracy.High - accuracy.Loss;
        return accuracy.High <= maxLoss + Rounding ? null
            : Text($"{accuracy.Pictures} pictures are too few to prove a loss of at most {maxLoss:0.##} points: its 95 % interval is {accuracy.Low:0.00} to {accuracy.High:0.00}{More(accuracy, accuracy.Pictures * Math.Pow(above / room, 2))}");
    }

    /// <summary>About how many pictures it would take, to two digits; nothing where no number would do.</summary>
    private static string More(AccuracyFinding accuracy, double needed)
    {
        if (!(needed > accuracy.Pictures) || needed > 1e7) return "";
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(needed)) - 1));
        return Text($"; some {Math.Ceiling(needed / unit) * unit:N0} like them would");
    }

    private static string Some(IReadOnlyList<string> names) => string.Join(", ", names.Take(3)) + (names.Count > 3 ? ", ..." : "");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
