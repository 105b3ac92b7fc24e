using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using ActorPipeline.Workers;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Hosting;

/// <content>
/// Before the probes: engines that are not there yet are built, one at a time, each in a worker process under a lease of its own. Where there is
/// no worker, a model's load builds its engine, under that load's lease.
/// </content>
public sealed partial class ActorPipelineRoot
{
    /// <summary>The worker's actor stopped before it had answered.</summary>
    private sealed record BuilderGone : IDeadLetterSuppression
    {
        public static readonly BuilderGone Instance = new();
    }

    private readonly Queue<(ModelId Model, InspectedVariant Variant)> _toBuild = new();
    private (ModelId Model, InspectedVariant Variant) _building;
    /// <summary>Forms whose engine is there by now.</summary>
    private readonly HashSet<(ModelId, string)> _built = [];
    /// <summary>Forms whose engine could not be built are loaded by this card.</summary>
    private readonly Dictionary<(ModelId, string), ModelCard> _fallbacks = [];
    private IActorRef? _builder;
    private WorkerJob? _build;
    private int _builders;

    private void Building()
    {
        Receive<WorkerDone>(OnBuilt);
        Receive<WorkerFailed>(OnBuildFailed);
        Receive<BuilderGone>(_ => OnBuildFailed(WorkerFailed.ActorDied(_build!)));
        BeforeStart();
    }

    private void Build()
    {
        if (_parts.Worker is not null)
        {
            foreach (var form in Forms)
                if (form.Variant.Inspection.Build > Bytes.Zero && _parts.Model(form.Model) is null) _toBuild.Enqueue(form);
        }
        Become(Building);
        BuildNext();
    }

    private void BuildNext()
    {
        if (_builder is { } answered) Context.Unwatch(answered);
        _builder = null;
        if (_toBuild.TryDequeue(out _building))
        {
            var (id, variant) = _building;
            var job = new WorkerJob.Build(variant.Card) { Engines = _settings.Engines, Library = _settings.OnnxRuntime.Library };
            _build = job;
            _builder = Context.ActorOf(WorkerActor.For(job, WorkerNeed.OfBuild(variant.Inspection, Rooms[MemoryPool.Host]), _parts.Worker!, _tree!.Supervisor, Self), NameOf(id, variant));
            Context.WatchWith(_builder, BuilderGone.Instance);
            Context.System.EventStream.Publish(new EngineBuilding(_parts.Time.Instant(), id));
        }
        else if (_refusals.Count > 0)
        {
            Refuse();
        }
        else
        {
            Probe();
        }
    }

    private string NameOf(ModelId id, InspectedVariant variant) => variant == _models[id].Preferred ? $"builder-{id}" : $"builder-{id}-{++_builders}";

    private void OnBuilt(WorkerDone done)
    {
        var ((id, variant), report) = (_building, ((WorkerAnswer.Built)done.Answer).Engine);
        // From here on its loads find it. One that cannot be had may be tried again by the load, which then takes as much.
        if (report.Use != EngineUse.None) _built.Add((id, variant.Name));
        Context.System.EventStream.Publish(new EngineBuilt(_parts.Time.Instant(), id, report));
        BuildNext();
    }

    private void OnBuildFailed(WorkerFailed failed)
    {
        var (id, variant) = _building;
        switch (BuildFailure.Of(variant.Card, failed.Why))
        {
            case BuildFailure.Refuses(var reason):
                _refusals.Add(reason);
                break;
            case BuildFailure.GoesOn(var card, var warning):
                _log.Warning("{Warning}", warning);
                _fallbacks[(id, variant.Name)] = card;
                break;
        }
        Context.System.EventStream.Publish(new EngineBuilt(_parts.Time.Instant(), id, null));
        BuildNext();
    }

    /// <summary>Nobody waits for an engine any more: its worker is killed, and the end waits for that.</summary>
    private void StopBuilding()
    {
        if (_builder is { } builder) Context.Stop(builder);
    }

    private void OnBuilderStopped()
    {
        _builder = null;
        EndWhenUnloaded();
    }
}
