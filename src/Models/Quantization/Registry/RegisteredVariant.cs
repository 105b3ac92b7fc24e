using System.Globalization;
using ActorPipeline.Catalog;

namespace ActorPipeline.Quantization;

/// <summary>A form of a model that was quantised and passed the gate.</summary>
/// <param name="ModelContent">The content of the model that it was made from, as <see cref="ModelFingerprint"/> prints it.</param>
/// <param name="Name">What it is called, such as "int8"; no two of one content have the same.</param>
/// <param name="Path">Its file, absolute.</param>
/// <param name="Content">That file's content, as <see cref="ModelFingerprint"/> prints it.</param>
/// <param name="Profile">Who is to run it.</param>
/// <param name="Loss">Points of 100 that it lost of the metric; null where that was not measured.</param>
public sealed record RegisteredVariant(string ModelContent, string Name, string Path, string Content, QuantizationProfile Profile, double? Loss)
{
    /// <summary>How good it was measured to be, 0 to 1; null where nobody said what the pictures show, so that only agreement is known.</summary>
    public double? Accuracy { get; init; }

    /// <summary>How long a run was measured to take on one thread; null where it was not.</summary>
    public TimeSpan? RunTime { get; init; }

    /// <summary>How pictures became its input while it was made and judged, as <see cref="InputOf"/> says it; null where it was registered before that was kept.</summary>
    public string? Input { get; init; }

    /// <summary>How pictures become a card's input, in words that are the same where that is.</summary>
    public static string InputOf(ModelCard card) =>
        $"{Word(card.Kind)}, {Word(card.Input.Channels)}, mean {Numbers(card.Input.Mean)}, std {Numbers(card.Input.Std)}, {Word(card.Input.Resize)}";

    /// <summary>What a finished quantisation is registered as.</summary>
    /// <param name="report">What was published.</param>
    /// <param name="card">What it was made from.</param>
    /// <param name="name">What it is to be called.</param>
    /// <exception cref="ArgumentException">It was refused, so that there is nothing to register.</exception>
    public static RegisteredVariant Of(QuantizationReport report, ModelCard card, string name)
    {
        if (report is not { Output: { } output, OutputContent: { } content }) throw new ArgumentException("it was not published", nameof(report));
        return new RegisteredVariant(report.ModelContent, name, System.IO.Path.GetFullPath(output), content, report.Profile, report.Accuracy?.Loss)
        {
            Input = InputOf(card),
            Accuracy = report.Accuracy is { } accuracy && accuracy.Metric != AccuracyFinding.AgreementMetric ? Math.Clamp(accuracy.Quantised / 100, 0, 1) : null,
            RunTime = report.Gain?.QuantisedMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
        };
    }

    /// <summary>Whether another one takes its place: a form of the same content that is called the same.</summary>
    internal bool IsCalledAs(RegisteredVariant other) => (ModelContent, Name) == (other.ModelContent, other.Name);

    /// <summary>It as a variant of a card.</summary>
    public ModelVariant ToVariant() => new()
    {
        Name = Name, Path = Path, RunTime = RunTime, Accuracy = Accuracy,
        // Each wants its own form: integer kernels of the processor other zero points than TensorRT, and what TensorRT takes runs there in floats.
        Providers = [Profile == QuantizationProfile.Cpu ? ExecutionProvider.Cpu : ExecutionProvider.TensorRt],
    };

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Numbers(IReadOnlyList<float> numbers) => string.Join(',', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));
}
