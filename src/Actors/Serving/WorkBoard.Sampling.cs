using ActorPipeline.Inference;
using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <content>Copies of what models are done with, for who compares them with others.</content>
internal sealed partial class WorkBoard
{
    private void OnSampleWork(SampleWork ask)
    {
        var entry = Entry(ask.Model);
        ForgetSampler(entry);
        Context.Watch(Sender);
        entry.Sampler = (Sender, ask.Into);
    }

    /// <summary>Of a piece that went well, before its pixels are let go.</summary>
    private void Sample(WorkPiece piece)
    {
        if (Entry(piece.Model) is not { Sampler: var (sampler, into) } entry || piece.Submitted.Work.TrySample(into) is not { } sample) return;
        ForgetSampler(entry);
        sampler.Tell(new WorkSampled(entry.Id, sample));
    }

    private static void ForgetSampler(ModelEntry entry)
    {
        entry.Sampler?.Into.Release();
        entry.Sampler = null;
    }
}
