using ActorPipeline.Catalog;
using ActorPipeline.Evaluation;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Quantization;

/// <summary>Puts a finished model to the proof, beside the float one: what it loses on pictures it was not made with, what it gains, and whether it ran in integers.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="form">What the model was made into.</param>
/// <param name="trials">Answers and opens models.</param>
/// <param name="library">Runs models.</param>
/// <param name="folder">Gets profiles.</param>
/// <param name="say">Told how far it is.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class Prover(
    QuantizationRequest request, QuantizedForm form, Trials trials, IOnnxLibrary library, string folder, Action<QuantizationPhase, int, int, string?> say, CancellationToken cancellation)
{
    /// <summary>Proves.</summary>
    /// <param name="finished">The model's file.</param>
    /// <param name="timed">It for one picture, as the float model that it is timed against.</param>
    /// <param name="quantised">Names of its layers that are to run in integers.</param>
    /// <param name="truth">The evaluation pictures, and what they show.</param>
    /// <param name="warn">Told what a person should know.</param>
    public (AccuracyFinding Accuracy, GainFinding Gain, KernelFinding? Kernels) Prove(string finished, string timed, IReadOnlyList<string> quantised, TaskTruth truth, Action<string> warn)
    {
        say(QuantizationPhase.Evaluate, 0, 3, null);
        // Where the device is there, it is what answers.
        var device = form.RunsHere ? null : TensorRtProof.Of(
            request.Card, library, trials.FloatPath, timed, quantised, folder,
            why => warn($"TensorRT is not to be had here ({why}): what is lost was judged on the processor, in floats rounded as its integers are"), cancellation);
        var unread = new List<UnreadablePicture>();
        var given = trials.Answers(request.Card.Path, truth.Pictures, cancellation, unreadable: unread.Add);
        if (unread.Count > 0) warn($"{unread.Count} of the {truth.Pictures.Names.Count} evaluation pictures cannot be used and were not counted: {string.Join("; ", unread.Select(p => $"'{p.Name}': {p.Reason}"))}");
        say(QuantizationPhase.Evaluate, 1, 3, null);
        var accuracy = AccuracyComparison.Of(truth, given, trials.Answers(finished, truth.Pictures, cancellation, device is null ? ExecutionProvider.Cpu : ExecutionProvider.TensorRt));
        say(QuantizationPhase.Evaluate, 3, 3, $"{accuracy.Metric} {accuracy.Float:0.00} to {accuracy.Quantised:0.00}");
        say(QuantizationPhase.Prove, 0, 2, null);
        var times = form.RunsHere ? Times(timed) : device?.Times;
        say(QuantizationPhase.Prove, 1, 2, null);
        var gain = new GainFinding(BytesOf(request.Card.Path), BytesOf(finished), times?.First, times?.Second, times?.Share);
        var kernels = form.RunsHere ? Kernels(timed, quantised) : device?.Kernels;
        say(QuantizationPhase.Prove, 2, 2, times is null ? "cannot be timed here" : $"{times.Share:0.000} of the float engine's time");
        return (accuracy, gain, kernels);
    }

    /// <summary>A model's file, and those that it keeps weights in.</summary>
    private static long BytesOf(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new FileInfo(path).Length + ExternalWeights.LocationsIn(path).Sum(location => new FileInfo(Path.Combine(folder, location)).Length);
    }

    private RunTimes Times(string finished)
    {
        using var model = trials.Open(trials.FloatPath);
        using var quantised = trials.Open(finished);
        return RunTimes.Of(model.RunAgain, quantised.RunAgain, rounds: 15, runs: 15, cancellation);
    }

    private KernelFinding? Kernels(string finished, IReadOnlyList<string> layers)
    {
        using var session = trials.Open(finished, Path.Combine(folder, "profile"));
        session.RunAgain();
        return session.EndProfile() is { } file ? KernelProfile.Read(File.ReadAllText(file), layers) : null;
    }
}
