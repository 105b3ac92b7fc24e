using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <content>What people want of it: to stay in memory, to be loaded though there is no work, and to leave memory though nobody waits for it.</content>
internal sealed partial class ModelActor
{
    /// <summary>A new supervisor hears of it with the report that it asks for, and one that has yet to grant once it has.</summary>
    private void OnPin(SetPinned pin)
    {
        _pinned = pin.Pinned;
        if (_lease is { } lease && !_supervisorLost) _supervisor.Tell(new PinLease(lease.Id, _pinned));
    }

    /// <summary>Asked for as if there were work. In memory without any, it yields to whoever waits, as every idle model.</summary>
    private void OnPreload(WantModel control)
    {
        if (_state == ModelState.Failed)
        {
            Answer(control.Control, done: false, $"model '{_card.Id}' was given up: {_failure}");
            return;
        }
        if (_state == ModelState.Ready)
        {
            Answer(control.Control, done: true, $"model '{_card.Id}' is in memory already");
            return;
        }
        var before = _state;
        _wanted = true;
        if (before == ModelState.Unloaded) Ask();
        Answer(control.Control, done: true, before switch
        {
            ModelState.Loading => $"model '{_card.Id}' is being loaded already",
            ModelState.Draining => $"model '{_card.Id}' is just being unloaded, and is loaded again after that",
            _ => $"model '{_card.Id}' is loaded as soon as there is room for it",
        });
    }

    /// <summary>If work waits for it, or comes, it is asked for again in its turn.</summary>
    private void OnEvict(LeaveMemory control)
    {
        if (_pinned)
        {
            Answer(control.Control, done: false, $"model '{_card.Id}' is pinned; it can be unloaded once it is pinned no more");
            return;
        }
        var before = _state;
        if (before == ModelState.Ready) Drain(Evicted);
        Answer(control.Control, done: true, before switch
        {
            ModelState.Ready => $"model '{_card.Id}' is unloaded as soon as its runs are over",
            ModelState.Draining => $"model '{_card.Id}' is being unloaded already",
            _ => $"model '{_card.Id}' is not in memory",
        });
    }

    /// <summary>What is loaded under a lease that was asked for before is loaded, and goes then.</summary>
    private void OnUseModel(UseModel use)
    {
        (_card, _variants) = (use.Card, use.Variants);
        switch (_state)
        {
            case ModelState.Ready:
                _wanted = _pinned;
                Drain(Replaced);
                break;
            // A request that is open is for the one before.
            case ModelState.AwaitingLease when !_supervisorLost:
                _wanted = true;
                _supervisor.Tell(new WithdrawRequest(_request));
                break;
            // What was given up with the file before; what hangs in memory stays given up.
            case ModelState.Failed when _lease is null:
                _backoff.Succeed();
                Settle();
                _board.Tell(new RegisterModel(_card.Id, Self));
                break;
        }
    }

    /// <summary>Whether what is loaded is of a model that was replaced meanwhile.</summary>
    private bool IsFormer => !_variants.Any(v => ReferenceEquals(v.Card, _granted!.Card));

    private static Leaving Replaced => new("replaced", Failed: false);

    private static Leaving Evicted => new("unloaded by hand", Failed: false);

    private void Answer(long control, bool done, string text) => Sender.Tell(new ControlAnswered(control, done, text));
}
