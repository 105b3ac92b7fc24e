using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A stage that has a model do its work: posts frames to the board, and owns what is outstanding there.</summary>
internal abstract class ServingStage : ReceiveActor
{
    private readonly PipelineId _pipeline;
    private readonly ModelId _model;
    private readonly IActorRef _board;
    private readonly int _stage;
    private readonly Dictionary<WorkId, (FrameId Frame, LaneWork Work)> _outstanding = [];
    private bool _boardLost;
    private bool _abandoning;

    /// <param name="pipeline">On whose behalf.</param>
    /// <param name="model">Which model.</param>
    /// <param name="board">Where work is posted.</param>
    /// <param name="stage">Tells the pipeline's stages' numbers of work apart.</param>
    protected ServingStage(PipelineId pipeline, ModelId model, IActorRef board, int stage)
    {
        (_pipeline, _model, _board, _stage) = (pipeline, model, board, stage);
        Receive<Completed>(completed =>
        {
            if (_outstanding.Remove(completed.Id, out var piece)) Context.Parent.Tell(Answer(piece.Frame, completed.Answer));
            SayWhenAbandoned();
        });
        Receive<WorkFailed>(failed =>
        {
            if (_outstanding.Remove(failed.Id, out var piece)) Fail(piece.Frame, failed.Reason, failed.Detail);
            SayWhenAbandoned();
        });
        Receive<AbandonWork>(_ =>
        {
            _abandoning = true;
            _board.Tell(new WithdrawWork());
            SayWhenAbandoned();
        });
        Receive<Terminated>(_ => OnBoardLost());
        Context.Watch(board);
    }

    /// <summary>What the pipeline is told when the model has answered.</summary>
    protected abstract object Answer(FrameId frame, LaneAnswer answer);

    /// <summary>Posts a frame's work.</summary>
    protected void Post(FrameId frame, LaneWork work, TimeSpan capturedAt)
    {
        if (_boardLost || _abandoning)
        {
            work.Release();
            if (_boardLost) Fail(frame, "board-lost", "the work board is gone");
            return;
        }
        var id = new WorkId(_pipeline, (frame.Number * 2) + _stage);
        _outstanding.Add(id, (frame, work));
        _board.Tell(new Submit(id, _model, work, capturedAt));
    }

    /// <summary>The board's lanes are gone by now, so nobody reads the buffers any more.</summary>
    private void OnBoardLost()
    {
        _boardLost = true;
        foreach (var (frame, work) in _outstanding.Values)
        {
            work.Release();
            Fail(frame, "board-lost", "the work board is gone");
        }
        _outstanding.Clear();
        SayWhenAbandoned();
    }

    private void SayWhenAbandoned()
    {
        if (_abandoning && _outstanding.Count == 0) Context.Parent.Tell(new WorkAbandoned());
    }

    private static void Fail(FrameId frame, string reason, string detail) => Context.Parent.Tell(new StageFailed(frame, reason, detail));
}
