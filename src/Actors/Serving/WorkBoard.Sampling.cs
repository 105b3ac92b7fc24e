using ActorPipeline.Inference;
using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <content>Copies of what models are done with, for who compares them with others.</content>
internal sealed partial class WorkBoard
{
    private void OnSampleWork(SampleWork ask)
    {
        if (!ask.Into.TryRetain()) return;
        var entry = Entry(ask.Model);
        ForgetSampler(entry);
        Context.Watch(Sender);
        entry.Sampler = (Sender, ask.Into);
    }

    private void OnForgetSample(ForgetSample forget)
    {
        if (Entry(forget.Model) is { Sampler.For: var sampler } entry && sampler.Equals(Sender)) ForgetSampler(entry);
        Sender.Tell(new SampleForgotten(forget.Model));
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
