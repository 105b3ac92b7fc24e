using ActorPipeline.Telemetry;
using Akka.Event;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <content>Outages of a live source: counted and told; its frames in flight go on, and those to come follow.</content>
internal sealed partial class PipelineActor
{
    private long _interruptions;
    private TimeSpan _interruptedAt;

    private void OnInterrupted(ReadInterrupted interrupted)
    {
        _interruptions++;
        _interruptedAt = _parts.Time.Instant();
        _log.Warning("Source of {Pipeline} broke off and is to be opened again: {Reason}", _settings.Id, interrupted.Reason);
        Context.System.EventStream.Publish(new SourceInterrupted(_interruptedAt, _settings.Id, interrupted.Reason));
    }

    private void OnResumed(ReadResumed resumed)
    {
        var now = _parts.Time.Instant();
        _log.Info("Source of {Pipeline} is back after {Outage}, at try {Attempts}", _settings.Id, now - _interruptedAt, resumed.Attempts);
        Context.System.EventStream.Publish(new SourceResumed(now, _settings.Id, resumed.Attempts, now - _interruptedAt));
    }
}
