using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <content>A supervisor, monitor or board that died is followed by a new one, after a bounded, growing wait; too many in a row end the run.</content>
public sealed partial class ActorPipelineRoot
{
    private const string CpuAccount = "cpu";

    private void OnPartLost(IActorRef lost)
    {
        if (lost.Equals(_tree!.Neighbours))
        {
            // They go together: what neighbours had of it has to be answered by the board's end.
            _tree.NeighboursStopped();
            _tree.StopBoard();
            NeighboursAreLeft();
            return;
        }
        if (lost.Equals(_tree.Board)) _tree.StopNeighbours();
        if (PartOf(lost) is not { } part)
        {
            Fail($"{lost.Path.Name} died");
            return;
        }
        if (!_backoffs.TryGetValue(part, out var backoff))
            _backoffs.Add(part, backoff = new Backoff(_settings.Serving.BackoffMin, _settings.Serving.BackoffMax, _settings.Serving.MaxFailures));
        Timers.Cancel(SettledTimer(part));
        var wait = backoff.Fail();
        if (backoff.GivenUp)
        {
            Fail($"{lost.Path.Name} died too often");
            return;
        }
        _log.Warning("{Part} died; a new one follows in {Wait} ms", lost.Path.Name, wait.TotalMilliseconds);
        Timers.StartSingleTimer(part, new Replace(part), wait);
    }

    /// <summary>Which part an actor is; null for one that has no successor, or that a test plays.</summary>
    private TreePart? PartOf(IActorRef lost) =>
        lost.Equals(_tree!.Monitor) ? TreePart.Monitor
        : lost.Equals(_tree.Supervisor) && _parts.Supervisor is null ? TreePart.Supervisor
        : lost.Equals(_tree.Board) ? TreePart.Board : null;

    private void OnReplace(TreePart part)
    {
        switch (part)
        {
            case TreePart.Monitor: _tree!.ReplaceMonitor(_base); break;
            case TreePart.Supervisor: _tree!.ReplaceSupervisor(Legacy()); TellProviders(); break;
            case TreePart.Board when _tree!.Neighbours is not null:
                // It still stops.
                Timers.StartSingleTimer(part, new Replace(part), _settings.Serving.BackoffMin);
                return;
            case TreePart.Board:
                _tree.ReplaceBoard();
                foreach (var id in _givenUp) TellGivenUp(id);
                if (_leaving) _tree.Neighbours?.Tell(new LeaveNeighbours(), Self);
                break;
        }
        Timers.StartSingleTimer(SettledTimer(part), new Settled(part), _settings.Serving.BackoffMax);
    }

    /// <summary>Buffers of pipelines that have not ended and fixed cost go on; every model may hold its largest footprint.</summary>
    private SupervisorLegacy Legacy()
    {
        var pools = _prepared.Values.Where(p => _ended.All(e => e.Pipeline != p.Pipeline)).Select(p => new Charge(p.Pipeline.Value, ChargeKind.Pool, p.Pools));
        if (Desk.Total > Bytes.Zero) pools = pools.Append(new Charge(DeskAccount, ChargeKind.Pool, PoolVector.OfHost(Desk.Total)));
        return new SupervisorLegacy(++_epoch, [.. pools, new Charge(CpuAccount, ChargeKind.Fixed, PoolVector.OfHost(_fixed))], _footprints.Largest);
    }

    /// <summary>A model whose actor is away holds nothing: its session ended with it.</summary>
    private void OnAnnounced(GroupActor.Announced announced)
    {
        if (announced.Message is not SupervisorStarted || !Sender.Equals(_tree!.Models)) return;
        foreach (var name in announced.Away) _tree.Supervisor.Tell(new ModelGone(new ModelId(name)));
    }

    private void TellGivenUp(ModelId id) => _tree!.Board.Tell(new ModelUnavailable(id, $"model '{id}' stopped too often"));

    private static string SettledTimer(TreePart part) => $"{part} settled";
}
