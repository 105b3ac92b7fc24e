using ActorPipeline.Memory;
using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <content>The supervisor or the board is gone, or a new one is there.</content>
internal sealed partial class ModelActor
{
    /// <summary>Nobody grants or ends a lease until a new supervisor says so; only where this model is to end for good it goes on without.</summary>
    private void OnSupervisorLost()
    {
        _supervisorLost = true;
        if (_unloader is null) return;
        if (_state == ModelState.AwaitingLease) Settle();
        else if (_leaseEnds is { } leaving) AfterLease(leaving);
    }

    private void OnSupervisorStarted(SupervisorStarted started)
    {
        Context.Unwatch(_supervisor);
        (_supervisor, _supervisorLost) = (started.Supervisor, false);
        Context.WatchWith(_supervisor, new SupervisorLost(_supervisor));
        var waits = _state == ModelState.AwaitingLease;
        // What the earlier one was asked for is not known to this one.
        if (waits) _request = new RequestId(Self.Path.Uid, ++_requests);
        _supervisor.Tell(new ReportLeases(started.Epoch, _card.Id, Held(), waits ? Request() : null));
    }

    private HeldLease? Held() => _lease is null ? null : new HeldLease(_lease with { Phase = Phase() }, _granted!.Lease, _state == ModelState.Draining, _pinned) { Measured = _measured };

    private LeasePhase Phase() => _state switch
    {
        ModelState.Loading => LeasePhase.Load,
        ModelState.Failed => LeasePhase.Stuck,
        ModelState.Draining when _leaseEnds is not null => LeasePhase.Releasing,
        _ => LeasePhase.Resident,
    };

    /// <summary>The board ends after its lanes: none of its work runs any more.</summary>
    private void OnBoardLost()
    {
        _boardLost = true;
        if (_state == ModelState.Draining && !_boardDrained) OnDrained(new ModelDrained(_card.Id, 0), _leaving!);
    }

    private void OnBoardStarted(BoardStarted started)
    {
        Context.Unwatch(_board);
        // The death of the one before may still wait to be heard.
        if (!_boardLost) OnBoardLost();
        (_board, _boardLost, _wanted) = (started.Board, false, false);
        Context.WatchWith(_board, new BoardLost(_board));
        _board.Tell(new RegisterModel(_card.Id, Self));
        if (_state == ModelState.Ready) _board.Tell(ReadyNow());
        else if (_state == ModelState.Failed) _board.Tell(new ModelUnavailable(_card.Id, _failure));
    }

    private void OnUnloadWhileWaiting()
    {
        (_unloader, _wanted) = (Sender, false);
        if (_supervisorLost) Settle();
        else _supervisor.Tell(new WithdrawRequest(_request));
    }

    private void OnUnloadWhileDraining()
    {
        (_unloader, _wanted) = (Sender, false);
        if (_supervisorLost && _leaseEnds is { } leaving) AfterLease(leaving);
    }
}
