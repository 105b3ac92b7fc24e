using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Vision;
using Akka.Actor;

namespace ActorPipeline.Serving;

/// <summary>The number of a piece of work, chosen by who submits it.</summary>
/// <param name="Pipeline">On whose behalf.</param>
/// <param name="Number">Unique within the pipeline.</param>
public readonly record struct WorkId(PipelineId Pipeline, long Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Pipeline}/{Number}";
}

/// <summary>What pipelines, the work board, models and lanes say to each other.</summary>
public static class ServingProtocol
{
    /// <summary>Pipeline to board. Ends in exactly one of <see cref="Completed"/> and <see cref="WorkFailed"/>. The work's own hold is let go before.</summary>
    /// <param name="Id">Its number.</param>
    /// <param name="Model">Which model is to do it.</param>
    /// <param name="Work">What to do, with room for the answer.</param>
    /// <param name="CapturedAt">When its frame was captured; the oldest goes first.</param>
    public sealed record Submit(WorkId Id, ModelId Model, LaneWork Work, TimeSpan CapturedAt)
    {
        /// <summary>When its result is wanted, on the actors' clock; null for no deadline. It decides which model is loaded first, and bounds how many crops are run at once with it.</summary>
        public TimeSpan? Deadline { get; init; }

        /// <summary>Whether it is a neighbour's: this node's own work goes first, and its models are not unloaded for it while they have work.</summary>
        public bool Guest { get; init; }
    }

    /// <summary>Board to who submitted: the answer is in the work.</summary>
    public sealed record Completed(WorkId Id)
    {
        /// <summary>Which variant of the model did it; null where it has one only.</summary>
        public string? Variant { get; init; }

        /// <summary>The node that did it; null for this one.</summary>
        public string? Node { get; init; }

        /// <summary>Lane time that was idle since the board began, of all its lanes together: who submits learns whether more work would have been done.</summary>
        public TimeSpan LanesIdle { get; init; }
    }

    /// <summary>Board to who submitted.</summary>
    /// <param name="Id">The piece.</param>
    /// <param name="Reason">"run-timeout", "run-failed", "model-failed", "lane-lost" or "withdrawn"; where a neighbour had it, "neighbour-lost", "neighbour-late" or what it says.</param>
    /// <param name="Detail">More, for people.</param>
    public sealed record WorkFailed(WorkId Id, string Reason, string Detail);

    /// <summary>To the board: what its sender submitted and still waits is not wanted any more; each piece is answered by <see cref="WorkFailed"/>.</summary>
    /// <param name="Only">This piece alone; null for all.</param>
    public sealed record WithdrawWork(WorkId? Only = null);

    /// <summary>Asks the board how busy it is. Answered by <see cref="BoardView"/>.</summary>
    internal sealed record GetBoardView
    {
        public static readonly GetBoardView Instance = new();
    }

    /// <summary>How busy the board is.</summary>
    /// <param name="Lanes">Lanes that run models.</param>
    /// <param name="LanesIdle">Lane time that was idle since the board began, of all its lanes together.</param>
    /// <param name="Models">What there is of each model that it knows.</param>
    internal sealed record BoardView(int Lanes, TimeSpan LanesIdle, IReadOnlyDictionary<ModelId, ModelView> Models)
    {
        /// <summary>When it looked like this, on the actors' clock.</summary>
        public TimeSpan At { get; init; }
    }

    /// <summary>How it stands with one model.</summary>
    /// <param name="Ready">Whether its work is handed out.</param>
    /// <param name="Unavailable">Why it will not come any more; null while it may.</param>
    /// <param name="Queue">How long a piece of this node's own that came now would wait for a lane, once the model is ready.</param>
    /// <param name="GuestQueue">The same for a neighbour's.</param>
    /// <param name="Part">Lane time of one frame or crop; null where nobody knows yet.</param>
    internal readonly record struct ModelView(bool Ready, string? Unavailable, TimeSpan Queue, TimeSpan GuestQueue, TimeSpan? Part)
    {
        /// <summary>Pieces that wait for it.</summary>
        public int Queued { get; init; }
    }

    /// <summary>Pipeline to board: so many frames can still reach a model without a lease not now held.</summary>
    /// <param name="Pipeline">Whose frames.</param>
    /// <param name="Model">The model.</param>
    /// <param name="Count">How many.</param>
    /// <param name="Via">A model they must pass before; they count only while it is ready. Null for none.</param>
    public sealed record Foreseen(PipelineId Pipeline, ModelId Model, int Count, ModelId? Via);

    /// <summary>Board to model: there is work for it.</summary>
    public sealed record Demand(ModelId Model);

    /// <summary>Board to model: none of its work runs any more, and no more is handed out.</summary>
    /// <param name="Model">The model.</param>
    /// <param name="CompletedRuns">Runs that went well since it became ready.</param>
    public sealed record ModelDrained(ModelId Model, long CompletedRuns);

    /// <summary>Board to model: its runs fail one after the other.</summary>
    public sealed record ModelFailing(ModelId Model, string Reason);

    /// <summary>Board to model: a lane that runs it never came back.</summary>
    public sealed record LaneLost(ModelId Model, int Lane);

    /// <summary>A new incarnation of the board takes work from now on; models announce themselves to it.</summary>
    public sealed record BoardStarted(IActorRef Board)
    {
        /// <summary>Where crops are posted instead, which may hand them to neighbours; null for the board itself.</summary>
        public IActorRef? Gateway { get; init; }
    }

    /// <summary>To a model: what its variants are now known to need; its next request asks for that.</summary>
    internal sealed record UseVariants(IReadOnlyList<LeaseVariant> Variants);

    /// <summary>
    /// To the board: copy what this model is done with next, and its answer. Answered by <see cref="WorkSampled"/>; the last who asked for a model
    /// gets it.
    /// </summary>
    /// <param name="Model">The model.</param>
    /// <param name="Into">Where the pixels go; the board takes a hold of its own.</param>
    internal sealed record SampleWork(ModelId Model, PixelBuffer Into);

    /// <summary>To the board: its sender wants no copy any more. Answered by <see cref="SampleForgotten"/>; one that was made before comes before that.</summary>
    internal sealed record ForgetSample(ModelId Model);

    /// <summary>Board to who wanted a copy: none will come.</summary>
    internal sealed record SampleForgotten(ModelId Model);

    /// <summary>Board to who asked for a sample.</summary>
    internal sealed record WorkSampled(ModelId Model, WorkSample Sample);

    /// <summary>Root to model: it is this from now on. What of the one before is in memory goes as soon as its runs are over.</summary>
    internal sealed record UseModel(ModelCard Card, IReadOnlyList<ServedVariant> Variants);

    /// <summary>Model to board: this actor stands for the model; a later one replaces it.</summary>
    public sealed record RegisterModel(ModelId Model, IActorRef Actor);

    /// <summary>Model to board: work may be handed out.</summary>
    public sealed record ModelReady(ModelId Model, ILoadedModel Session)
    {
        /// <summary>Which variant it is; null where there is one only.</summary>
        public string? Variant { get; init; }

        /// <summary>How it came into memory; null where nobody knows.</summary>
        public LeaseTimes? Lease { get; init; }
    }

    /// <summary>Model to board: hand out no more, and say when the last run is over.</summary>
    public sealed record DrainModel(ModelId Model);

    /// <summary>Model to board: it will not come (back) in this process; its work fails.</summary>
    public sealed record ModelUnavailable(ModelId Model, string Reason);

    /// <summary>To a model: load once under a lease, say what was found, unload. Answered by <see cref="ModelProbed"/> or <see cref="ProbeFailed"/>.</summary>
    public sealed record ProbeModel(ModelId Model)
    {
        /// <summary>Which variant of it; null for whichever is granted.</summary>
        public string? Variant { get; init; }
    }

    /// <summary>The model could be loaded, and its lease has ended.</summary>
    public sealed record ModelProbed(ModelId Model, LoadReport Report);

    /// <summary>The model could not be loaded.</summary>
    public sealed record ProbeFailed(ModelId Model, string Reason);

    /// <summary>To a model: unload and do not come back. Answered by <see cref="ModelUnloaded"/>.</summary>
    public sealed record UnloadModel(ModelId Model);

    /// <summary>The model holds nothing any more.</summary>
    public sealed record ModelUnloaded(ModelId Model);

    /// <summary>Root to model: whether it is to stay in memory, from the lease now held or asked for on.</summary>
    internal sealed record SetPinned(bool Pinned);

    /// <summary>Root to model: be loaded though there is no work. Answered by <see cref="ControlAnswered"/>, at once.</summary>
    /// <param name="Control">The number of the control.</param>
    internal sealed record WantModel(long Control);

    /// <summary>Root to model: be unloaded, and come back only for work. Answered by <see cref="ControlAnswered"/>, at once.</summary>
    /// <param name="Control">The number of the control.</param>
    internal sealed record LeaveMemory(long Control);

    /// <summary>Pipeline or model to root: what became of a control that was handed on to it.</summary>
    /// <param name="Control">Its number.</param>
    /// <param name="Done">Whether it was done, or else refused.</param>
    /// <param name="Text">What is so now, or why not; for people.</param>
    internal sealed record ControlAnswered(long Control, bool Done, string Text);

    /// <summary>Lane to board: it can take a piece.</summary>
    internal sealed record Idle(int Lane);

    /// <summary>Board to lane. A lane has one of it for life, as it has one slice.</summary>
    internal sealed record Run(LaneSlice Slice);

    /// <summary>Lane to board: the run is over; the slice says what came of it.</summary>
    internal sealed record Ran(LaneSlice Slice);

    /// <summary>Session to model: the load is over.</summary>
    /// <param name="Session">The model.</param>
    /// <param name="Measured">What the load took of the process; null where nobody knows.</param>
    internal sealed record SessionLoaded(ILoadedModel Session, LoadMeasurement? Measured);

    /// <summary>Session to model: disposed, and the heap trimmed; the session is about to stop.</summary>
    /// <param name="Measured">What its time in memory took of the process; null where nobody knows.</param>
    internal sealed record SessionUnloaded(TurnMeasurement? Measured);

    /// <summary>Session to model: the load failed; the session stops.</summary>
    internal sealed record LoadFailed(LoadFailure Failure, string Reason);
}
