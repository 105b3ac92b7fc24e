using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A stage that has a model look at frames or at their crops: posts their work to the board, and owns what is outstanding there.</summary>
internal sealed class ServingStage : ReceiveActor
{
    private readonly PipelineId _pipeline;
    private readonly ModelId _model;
    private readonly TimeSpan _deadline;
    private readonly int _stage;
    private readonly int _stages;
    private readonly Dictionary<WorkId, (FrameId Frame, LaneWork Work)> _outstanding = [];
    /// <summary>What came while there was no board.</summary>
    private readonly List<Submit> _held = [];
    private IActorRef _board;
    /// <summary>Where work is posted: the board, or what stands before it.</summary>
    private IActorRef _post;
    private bool _boardLost;
    private bool _abandoning;

    /// <param name="settings">The pipeline on whose behalf.</param>
    /// <param name="model">Which model.</param>
    /// <param name="board">Where work is done. It is watched: once it is gone nobody here reads the work's buffers any more.</param>
    /// <param name="gateway">Where crops are posted instead; null for the board. Frames always go to the board.</param>
    /// <param name="stage">Which of the pipeline's stages that post work: 0 for the detector, then the classifiers.</param>
    /// <param name="stages">How many there are: the numbers of their work must not meet.</param>
    public ServingStage(PipelineSettings settings, ModelId model, IActorRef board, IActorRef? gateway, int stage, int stages)
    {
        (_pipeline, _deadline, _model, _board, _stage, _stages) = (settings.Id, settings.Deadline, model, board, stage, stages);
        _post = PostOf(board, gateway);
        Receive<ServeFrame>(f =>
        {
            if (f.Work.TryHold()) Post(f.Frame, f.Work, f.CapturedAt);
        });
        Receive<Completed>(completed =>
        {
            if (_outstanding.Remove(completed.Id, out var piece)) Context.Parent.Tell(new FrameServed(piece.Frame, _stage, completed.Variant, completed.LanesIdle, completed.Node));
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
            if (_boardLost) OnBoardLost();
            else _post.Tell(new WithdrawWork());
            SayWhenAbandoned();
        });
        Receive<Terminated>(lost => { if (lost.ActorRef.Equals(_board)) OnBoardLost(); });
        Receive<BoardStarted>(OnBoardStarted);
        Context.Watch(board);
    }

    private IActorRef PostOf(IActorRef board, IActorRef? gateway) => _stage > 0 && gateway is not null ? gateway : board;

    private void Post(FrameId frame, LaneWork work, TimeSpan capturedAt)
    {
        if (_abandoning)
        {
            work.Release();
            return;
        }
        var id = new WorkId(_pipeline, (frame.Number * _stages) + _stage);
        _outstanding.Add(id, (frame, work));
        var submit = new Submit(id, _model, work, capturedAt) { Deadline = _deadline > TimeSpan.Zero ? capturedAt + _deadline : null };
        if (_boardLost) _held.Add(submit);
        else _post.Tell(submit);
    }

    /// <summary>What was outstanding on the board before it has failed; what came since goes to this one.</summary>
    private void OnBoardStarted(BoardStarted started)
    {
        Context.Unwatch(_board);
        if (!_boardLost) OnBoardLost();
        (_board, _post, _boardLost) = (started.Board, PostOf(started.Board, started.Gateway), false);
        Context.Watch(_board);
        foreach (var submit in _held) _post.Tell(submit);
        _held.Clear();
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
        _held.Clear();
        SayWhenAbandoned();
    }

    private void SayWhenAbandoned()
    {
        if (_abandoning && _outstanding.Count == 0) Context.Parent.Tell(new WorkAbandoned());
    }

    private void Fail(FrameId frame, string reason, string detail) => Context.Parent.Tell(new StageFailed(frame, _stage, reason, detail));
}
