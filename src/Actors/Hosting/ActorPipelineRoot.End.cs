using ActorPipeline.Catalog;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Hosting.HostingProtocol;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <content>The end: pipelines end, models unload, and how it went is said.</content>
public sealed partial class ActorPipelineRoot
{
    private void OnPipelineEnded(PipelineEnded ended)
    {
        if (_ended.Any(e => e.Pipeline == ended.Pipeline)) return;
        _ended.Add(ended);
        RefuseOpen(ended.Pipeline, $"pipeline '{ended.Pipeline}' has ended");
        if (ended.Failure is { } failure) _failures.Add(failure);
        _stuck |= ended.Abandoned;
        _tree!.Supervisor.Tell(new ReleasePool(ended.Pipeline.Value));
        CallOffUnused();
        UnloadWhenAllIsOver();
    }

    private void OnStoppedWhileRunning(GroupActor.ChildStopped stopped)
    {
        if (Sender.Equals(_tree!.Models))
        {
            // Its work must not wait for an actor that never comes.
            OnModelStopped(new ModelId(stopped.Name), stopped.ComesBack);
            return;
        }
        var id = new PipelineId(stopped.Name);
        if (_settings.Pipelines.Any(p => p.Id == id) && _ended.All(e => e.Pipeline != id))
            OnPipelineEnded(new PipelineEnded(id, new FrameTotals(0, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>()), $"pipeline '{id}' stopped", 0, 0, Abandoned: false));
    }

    private void OnModelStopped(ModelId id, bool comesBack)
    {
        if (OnCandidateStopped(id, comesBack)) return;
        _tree!.Supervisor.Tell(new ModelGone(id));
        RefuseOpen(id, $"model '{id}' stopped");
        if (comesBack)
        {
            // It is made with what was known at the start; what was learnt since is said to it first.
            if (_replaced.Contains(id)) _tree.UseModel(_models[id], _footprints[id]);
            else _tree.Tell(id, new UseVariants([.. _footprints[id]]));
            if (_pins.TryGetValue(id, out var pinned)) _tree.Tell(id, new SetPinned(pinned));
            return;
        }
        CallOffTrial(id, "the old one's actor stopped too often");
        _made.Remove(id);
        _givenUp.Add(id);
        TellGivenUp(id);
    }

    private void Fail(string reason)
    {
        _log.Error("{Reason}", reason);
        _failures.Add(reason);
        Drain();
    }

    private void Wait(ShutDown shutDown)
    {
        if (shutDown.Done is { } done) _waiting.Add(done);
    }

    private void Drain()
    {
        if (_shuttingDown) return;
        _shuttingDown = true;
        CallOffTrials("the run is ending");
        _tree!.TellPipelines(new DrainPipeline(_settings.DrainTimeout));
        Leave();
        UnloadWhenAllIsOver();
    }

    private void Unload()
    {
        Become(Unloading);
        CallOffTrials("the run is ending");
        RefuseAllOpen("the run is ending");
        Timers.StartSingleTimer(nameof(UnloadBound), new UnloadBound(), UnloadWithin(_settings));
        foreach (var id in _made.Where(id => _parts.Model(id) is null))
        {
            _toUnload.Add(id);
            _tree!.Tell(id, new UnloadModel(id));
        }
        EndWhenUnloaded();
    }

    private void EndWhenUnloaded()
    {
        if (_toUnload.Count == 0 && _builder is null) End();
    }

    private void End()
    {
        Timers.CancelAll();
        Become(Over);
        var now = _parts.Time.Instant();
        Context.System.EventStream.Publish(_refusing
            ? new RunRefused(now, [.. _refusals, .. _failures], _stuck)
            : new RunEnded(now, _ended, _failures, _stuck));
        foreach (var done in _waiting) done.TrySetResult();
    }
}
