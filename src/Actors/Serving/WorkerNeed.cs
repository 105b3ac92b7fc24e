using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Serving;

/// <summary>What a worker process is granted. Pure.</summary>
public static class WorkerNeed
{
    /// <summary>
    /// What a worker takes before and beside its model: the .NET runtime, what native libraries write to, compiled code. 22 MiB of
    /// anonymous memory were measured on the processor; the rest is margin.
    /// </summary>
    public static readonly Bytes OfItself = Bytes.MiB(32);

    /// <summary>
    /// The process and its model; where that is more than the room, the room: the model may need less than was guessed, and if it needs
    /// more it is the worker that is killed.
    /// </summary>
    /// <param name="model">What the model is thought to need.</param>
    /// <param name="lanes">Lanes that will run it at once.</param>
    /// <param name="room">Host memory that can be granted at most.</param>
    public static Footprint Of(Footprint model, int lanes, Bytes room)
    {
        var need = PoolVector.OfHost(Bytes.Min(room, model.LoadLease(lanes)[MemoryPool.Host] + OfItself));
        return new Footprint(need, PoolVector.Zero, PoolVector.Zero, FootprintSource.Estimated);
    }

    /// <summary>The process that measures a model: it runs the largest batch that may be worth it, where there is room for that.</summary>
    /// <param name="card">The model.</param>
    /// <param name="model">What its file tells, with the footprint it is counted with.</param>
    /// <param name="lanes">Lanes that will run it at once.</param>
    /// <param name="room">Host memory that can be granted at most.</param>
    public static Footprint OfMeasure(ModelCard card, ModelInspection model, int lanes, Bytes room) =>
        Of(model.Footprint with { Run = model.Footprint.Run * FootprintResolver.MostOf(card, model) }, lanes, room);

    /// <summary>What of it is for the model.</summary>
    public static Bytes RoomOf(Footprint need) => Bytes.Max(Bytes.Zero, need.Load[MemoryPool.Host] - OfItself);

    /// <summary>The process that builds a model's engine: what a load takes, or the build where that is more. It runs the model on one lane at most.</summary>
    /// <param name="model">What the model's file tells, with the footprint it is counted with.</param>
    /// <param name="room">Host memory that can be granted at most.</param>
    public static Footprint OfBuild(ModelInspection model, Bytes room) =>
        Of(model.Footprint with { Build = PoolVector.Max(model.Footprint.Build, PoolVector.OfHost(model.Build)) }, 1, room);
}
