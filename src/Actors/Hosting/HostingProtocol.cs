using ActorPipeline.Catalog;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting;

/// <summary>What is said to the root.</summary>
public static class HostingProtocol
{
    /// <summary>Stop capture, finish the frames in flight within the drain bound, unload the models. <see cref="RunEnded"/> is published at the end.</summary>
    /// <param name="Done">Completed at the end; for those who wait outside the actor system.</param>
    public sealed record ShutDown(TaskCompletionSource? Done = null);

    /// <summary>A wish of whoever runs it, while it runs. Answered by <see cref="ControlDone"/> or <see cref="ControlRefused"/>.</summary>
    public interface IControl;

    /// <summary>Take no more frames; those in flight are finished, and the source stays open.</summary>
    public sealed record PausePipeline(PipelineId Pipeline) : IControl;

    /// <summary>Take frames again.</summary>
    public sealed record ResumePipeline(PipelineId Pipeline) : IControl;

    /// <summary>Keep a model in memory once it is there, or no more.</summary>
    public sealed record PinModel(ModelId Model, bool Pinned) : IControl;

    /// <summary>Load a model although nothing wants it yet.</summary>
    public sealed record PreloadModel(ModelId Model) : IControl;

    /// <summary>Unload a model now; work that waits for it has it loaded again in its turn.</summary>
    public sealed record EvictModel(ModelId Model) : IControl;

    /// <summary>Change the configured budget of the host's memory.</summary>
    public sealed record SetBudget(Bytes Budget) : IControl;

    /// <summary>It is done, or begun.</summary>
    /// <param name="Text">What; for people.</param>
    public sealed record ControlDone(string Text);

    /// <summary>It is not done, and nothing changed.</summary>
    /// <param name="Reason">Why; for people.</param>
    public sealed record ControlRefused(string Reason);
}
