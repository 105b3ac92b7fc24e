using ActorPipeline.Catalog;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting;

/// <summary>What is said to the root, and what it answers.</summary>
public static class HostingProtocol
{
    /// <summary>
    /// Said to the root while it runs, to change how: answered to the sender by exactly one of <see cref="ControlDone"/> and
    /// <see cref="ControlRefused"/>. Asking again for what is so already changes nothing, and is done.
    /// </summary>
    public interface IControl;

    /// <summary>Stop capture, finish the frames in flight within the drain bound, unload the models. <see cref="RunEnded"/> is published at the end.</summary>
    /// <param name="Done">Completed at the end; for those who wait outside the actor system.</param>
    public sealed record ShutDown(TaskCompletionSource? Done = null);

    /// <summary>
    /// No new frame of this pipeline gets in; those in flight finish. A file stands still; a live source is read on, and its frames count as
    /// overtaken. When it is done, the last frame from before has entered.
    /// </summary>
    /// <param name="Pipeline">Which; refused where there is none of this name, or where it ends.</param>
    public sealed record PausePipeline(PipelineId Pipeline) : IControl;

    /// <summary>Frames get in again: a file's from where it stood, a live source's with the next one read.</summary>
    /// <param name="Pipeline">Which; refused where there is none of this name, or where it ends.</param>
    public sealed record ResumePipeline(PipelineId Pipeline) : IControl;

    /// <summary>
    /// Another <c>actor-pipeline.memory.budget</c>. Lowered, models beyond it are unloaded within <c>yield-bound</c>; raised, it holds as far as the
    /// machine leaves it.
    /// </summary>
    /// <param name="Budget">The host's, in bytes. Refused below 1 MiB, above what the configuration allows, and where a start with it would be refused.</param>
    public sealed record SetBudget(Bytes Budget) : IControl;

    /// <summary>Once in memory a model stays, and yields only where a lowered budget leaves no other way; or it yields again as others do.</summary>
    /// <param name="Model">Which; refused where there is none of this name, where it was given up, and where pinned models would leave another no room.</param>
    /// <param name="Pinned">Which of the two. It holds until the end of the run, whatever <c>pin</c> says on its card.</param>
    public sealed record PinModel(ModelId Model, bool Pinned) : IControl;

    /// <summary>Load a model though there is no work for it. Once in memory it is idle, and yields to whoever waits.</summary>
    /// <param name="Model">Which; refused where there is none of this name, or where it was given up.</param>
    public sealed record PreloadModel(ModelId Model) : IControl;

    /// <summary>Unload a model once its runs are over. If work waits for it, or comes, it is loaded again in its turn.</summary>
    /// <param name="Model">Which; refused where there is none of this name, where it was given up, and where it is pinned.</param>
    public sealed record EvictModel(ModelId Model) : IControl;

    /// <summary>
    /// Serve a model from another file: it is loaded under a name of its own, run on copies of what the one before is asked, and takes its place
    /// where it is as good as <c>actor-pipeline.replacing</c> wants. Done when that begins; <see cref="Replacing.ReplacementEnded"/> tells how it went.
    /// While one is tried, another takes its place, and the file that serves calls it off.
    /// </summary>
    /// <param name="Card">
    /// The model, with its new file. Refused where there is none of this name, where its answers have another form, where it can never fit, and
    /// where no pipeline runs it.
    /// </param>
    public sealed record ReplaceModel(ModelCard Card) : IControl;

    /// <summary>It is so.</summary>
    /// <param name="Text">What is so, for people.</param>
    public sealed record ControlDone(string Text);

    /// <summary>It is as it was before.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record ControlRefused(string Reason);
}
