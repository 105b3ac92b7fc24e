using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>Makes the actors under the root and knows how to reach them; decides nothing.</summary>
internal sealed class ActorTree
{
    private readonly ActorPipelineSettings _settings;
    private readonly ActorPipelineParts _parts;
    private readonly int _lanes;

    /// <param name="root">The root's context.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="parts">What the actors touch the world through.</param>
    /// <param name="lanes">Lanes that run models.</param>
    public ActorTree(IUntypedActorContext root, ActorPipelineSettings settings, ActorPipelineParts parts, int lanes)
    {
        (_settings, _parts, _lanes) = (settings, parts, lanes);
        root.ActorOf(Props.Create(() => new MeterActor()), "meter");
        Monitor = Watched(Props.Create(() => new MemoryMonitor(settings.Memory, parts.Gauge, parts.Machine, parts.Time)), "memory-monitor");
        var monitor = Monitor;
        Supervisor = parts.Supervisor ?? Watched(Props.Create(() => new MemorySupervisor(settings.Memory, lanes, monitor, parts.Time)), "memory-supervisor");
        var supervisor = Supervisor;
        Board = Watched(Props.Create(() => new WorkBoard(lanes, settings.Serving, supervisor)), "work-board");
        Models = Watched(Props.Create(() => new GroupActor(settings.Serving)), "models");
        Pipelines = Watched(Props.Create(() => new GroupActor(null)), "pipelines");

        IActorRef Watched(Props props, string name) => root.Watch(root.ActorOf(props, name));
    }

    public IActorRef Monitor { get; }

    public IActorRef Supervisor { get; }

    public IActorRef Board { get; }

    /// <summary>The family of models.</summary>
    public IActorRef Models { get; }

    /// <summary>The family of pipelines.</summary>
    public IActorRef Pipelines { get; }

    /// <summary>Makes a model's actor, or has the one that a test plays stand for it.</summary>
    public void AddModel(ModelId id, Footprint footprint)
    {
        if (_parts.Model(id) is { } played)
        {
            Board.Tell(new RegisterModel(id, played));
            return;
        }
        var (card, parts, supervisor, board, settings) = (_settings.Models[id], _parts, Supervisor, Board, _settings.Serving);
        Models.Tell(new GroupActor.Make(id.Value, Props.Create(() => new ModelActor(
            card, footprint, parts.Runtime, supervisor, board, settings, parts.Time))));
    }

    /// <summary>Makes a pipeline; it opens its source and sinks at once.</summary>
    /// <param name="settings">The pipeline.</param>
    /// <param name="crop">Its classifier's input in pixels; null without one.</param>
    public void AddPipeline(PipelineSettings settings, (int Width, int Height)? crop)
    {
        var parts = _parts;
        Func<IActorRefFactory, IActorRef> reader = parts.Camera(settings.Id) is { } camera
            ? _ => camera
            : factory => factory.ActorOf(Props.Create(() => new SourceReader(() => parts.CreateSource(settings)))
                .WithDispatcher(ServingHosting.BlockingDispatcher), "source-reader");
        var pipelineParts = new PipelineParts(Board, _lanes, crop, reader, parts.CreateSink, parts.Time, _settings.DrainTimeout);
        Pipelines.Tell(new GroupActor.Make(settings.Id.Value, Props.Create(() => new PipelineActor(settings, pipelineParts))));
    }

    /// <summary>Says something to a model.</summary>
    public void Tell(ModelId id, object message)
    {
        if (_parts.Model(id) is { } played) played.Tell(message);
        else Models.Tell(new GroupActor.To(id.Value, message));
    }

    /// <summary>Says something to a pipeline.</summary>
    public void Tell(PipelineId id, object message) => Pipelines.Tell(new GroupActor.To(id.Value, message));

    /// <summary>Says something to all pipelines.</summary>
    public void TellPipelines(object message)
    {
        foreach (var pipeline in _settings.Pipelines) Tell(pipeline.Id, message);
    }
}
