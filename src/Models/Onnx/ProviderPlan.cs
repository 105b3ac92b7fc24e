using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Onnx.Providers;

namespace ActorPipeline.Onnx;

/// <summary>Opens a session on the first of a card's execution providers that is to be had, and keeps why the others were not.</summary>
internal static class ProviderPlan
{
    /// <summary>A session, what runs it, and why that.</summary>
    public readonly record struct Opened(INativeSession Session, ProviderCandidate Candidate, string Reason)
    {
        /// <summary>What runs it.</summary>
        public ExecutionProvider Provider => Candidate.Provider;
    }

    /// <summary>Which of a card's providers may run the model here and what in, and why the others cannot. Pure; what is a candidate may still fail to open.</summary>
    public static ProviderChoices Candidates(ModelCard card, ModelFacts model, ProviderMachine machine) => ProviderChoices.Of(card, model, machine);

    /// <summary>Tries the candidates in order.</summary>
    /// <exception cref="ModelLoadException">None is to be had, or the model itself cannot be loaded.</exception>
    public static Opened Choose(ModelCard card, ProviderChoices choices, Func<ProviderCandidate, INativeSession> open)
    {
        var missed = new List<string>();
        Exception? last = null;
        foreach (var option in choices.All)
        {
            if (option is not ProviderCandidate candidate)
            {
                missed.Add($"{Name(option.Provider)}: {((ProviderRejection)option).Why}");
                continue;
            }
            try
            {
                var session = open(candidate);
                return new Opened(session, candidate, Reason(candidate, missed));
            }
            // The five ways in which builds without a provider say so, beside plain failures of its libraries.
            catch (Exception e) when (e is OnnxCallException or EntryPointNotFoundException or DllNotFoundException or TypeInitializationException or NotSupportedException)
            {
                if (candidate.Provider == ExecutionProvider.Cpu || OnnxFault.EndsTheSearch(OnnxFault.Classify(e))) throw OnnxFault.ToLoadException(card, e);
                missed.Add(MissingProvider.Why(candidate.Provider, e));
                last = e;
            }
        }
        var tried = missed.Count == 0 ? "its card names none" : string.Join("; ", missed);
        throw new ModelLoadException(card.Id, LoadFailure.NoProvider,
            $"Model '{card.Id}' ({card.Path}): none of its execution providers is to be had here ({tried}). Add cpu to its providers, or use a build of ONNX Runtime that has them.", last);
    }

    /// <summary>How a card's model is opened on a candidate, without an engine that is kept.</summary>
    public static SessionPlan For(ModelCard card, ModelFacts model, ProviderMachine machine, ProviderCandidate candidate, bool arena) => candidate.Provider switch
    {
        ExecutionProvider.TensorRt => DevicePlan.TensorRt(card, model, machine, candidate.Precision, TensorRtStage.Direct.Instance),
        ExecutionProvider.Cuda => DevicePlan.Cuda(card, machine),
        _ => ForCpu(card, arena),
    };

    /// <summary>How a card's model is opened on the processor.</summary>
    public static SessionPlan ForCpu(ModelCard card, bool arena) => new() { Provider = ExecutionProvider.Cpu, LogId = card.Id.Value, Arena = arena };

    /// <summary>The configuration's name of a provider.</summary>
    public static string Name(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.TensorRt => "tensorrt",
        ExecutionProvider.Cuda => "cuda",
        _ => "cpu",
    };

    /// <summary>"tensorrt fp16 (tensorrt: no int8 on ...)".</summary>
    private static string Reason(ProviderCandidate candidate, List<string> missed)
    {
        var what = candidate.Provider == ExecutionProvider.Cpu ? Name(candidate.Provider) : $"{Name(candidate.Provider)} {candidate.Precision}";
        string[] said = candidate.Note.Length == 0 ? [.. missed] : [candidate.Note, .. missed];
        return said.Length == 0 ? what : $"{what} ({string.Join("; ", said)})";
    }
}
