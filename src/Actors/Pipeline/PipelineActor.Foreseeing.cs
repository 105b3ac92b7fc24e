using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <content>What the board is told of work to come.</content>
internal sealed partial class PipelineActor
{
    private void OnBoardStarted(BoardStarted started)
    {
        _stages.Use(started);
        _foreseen = default;
        if (_kits is not null) Foresee();
    }

    /// <summary>Says how many frames can still reach each model without a lease not now held.</summary>
    private void Foresee()
    {
        // Frames that only sinks still hold bring their credit back without any lease.
        var toCome = _source!.Live || _sourceEnded || _draining || _paused ? 0 : Math.Max(0, _ledger.Window - _ledger.Unfinished);
        var under = _ledger.CountIn(FrameStage.Detect) + _ledger.CountIn(FrameStage.Crop) - _predictedWaiting;
        if (toCome != _foreseen.Detector) _stages.Board.Tell(new Foreseen(_settings.Id, _settings.Detect, toCome, null));
        if (under != _foreseen.Classifiers)
            foreach (var classifier in _parts.Classifiers) _stages.Board.Tell(new Foreseen(_settings.Id, classifier.Model, under, _settings.Detect));
        _foreseen = (toCome, under);
    }
}
