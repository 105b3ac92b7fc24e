using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Onnx.Providers;

namespace ActorPipeline.Quantization;

/// <summary>What a device with TensorRT shows of a quantised model; both models are run as the card has models run there.</summary>
/// <param name="Times">How long both take there.</param>
/// <param name="Kernels">Which layers ran inside its engines; null where the library writes no profile.</param>
internal sealed record TensorRtProof(RunTimes Times, KernelFinding? Kernels)
{
    /// <summary>Runs both; blocks for as long as TensorRT builds engines, which are not kept.</summary>
    /// <param name="card">The float model; its file is not looked at.</param>
    /// <param name="library">Runs models.</param>
    /// <param name="model">The float model's file.</param>
    /// <param name="quantised">The quantised one's.</param>
    /// <param name="layers">Names of its quantised layers.</param>
    /// <param name="folder">Gets the profile.</param>
    /// <param name="whyNot">Told why TensorRT is not to be had, for people.</param>
    /// <param name="cancellation">Noticed between rounds.</param>
    /// <returns>Null where TensorRT is not to be had.</returns>
    public static TensorRtProof? Of(
        ModelCard card, IOnnxLibrary library, string model, string quantised, IReadOnlyList<string> layers, string folder, Action<string> whyNot, CancellationToken cancellation)
    {
        if (WhyNot(card, library, quantised) is { } why)
        {
            whyNot(why);
            return null;
        }
        try
        {
            using var first = Open(card, library, model, null, cancellation);
            using var second = Open(card, library, quantised, null, cancellation);
            var times = RunTimes.Of(first.RunAgain, second.RunAgain, rounds: 15, runs: 15, cancellation);
            using var watched = Open(card, library, quantised, Path.Combine(folder, "tensorrt"), cancellation);
            watched.RunAgain();
            return new TensorRtProof(times, watched.EndProfile() is { } file ? KernelProfile.ReadTensorRt(File.ReadAllText(file), layers) : null);
        }
        catch (ModelLoadException e) when (e.Failure == LoadFailure.NoProvider)
        {
            whyNot(e.Message);
            return null;
        }
    }

    private static string? WhyNot(ModelCard card, IOnnxLibrary library, string quantised)
    {
        var here = On(card, quantised);
        var choices = ProviderPlan.Candidates(here, ModelFacts.Read(here), ProviderMachine.Of(library));
        return choices.Candidates.Any() ? null : string.Join("; ", choices.Rejections.Select(r => r.Why));
    }

    private static ActivationProbe Open(ModelCard card, IOnnxLibrary library, string path, string? profileTo, CancellationToken cancellation)
    {
        var here = On(card, path);
        var (facts, machine) = (ModelFacts.Read(here), ProviderMachine.Of(library));
        var opened = ProviderPlan.Choose(here, ProviderPlan.Candidates(here, facts, machine),
            candidate => library.Open(path, ProviderPlan.For(here, facts, machine, candidate, arena: false) with { ProfileTo = profileTo }, cancellation));
        return new ActivationProbe(opened.Session, card.Input);
    }

    /// <summary>The card as a file is run there: in the precision of what the file holds, whatever the card wants of its own.</summary>
    internal static ModelCard On(ModelCard card, string path) => card with
    {
        Path = path, Providers = [ExecutionProvider.TensorRt], Variants = [], Device = card.Device with { Precision = DevicePrecision.Auto },
    };
}
