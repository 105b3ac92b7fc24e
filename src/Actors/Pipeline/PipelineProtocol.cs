using ActorPipeline.Catalog;
using ActorPipeline.Serving;
using ActorPipeline.Sinks;
using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

/// <summary>What is said to and inside a pipeline.</summary>
public static class PipelineProtocol
{
    /// <summary>To capture and its reader: open the source. Answered by <see cref="SourceOpened"/> or <see cref="SourceRefused"/>.</summary>
    public sealed record OpenSource;

    /// <summary>The source is open.</summary>
    public sealed record SourceOpened(SourceInfo Info);

    /// <summary>The source cannot be opened.</summary>
    public sealed record SourceRefused(string Reason);

    /// <summary>To the reader: read the next frame into this buffer. Answered by <see cref="FrameRead"/> or <see cref="SourceEnded"/>.</summary>
    public sealed record Read(PixelBuffer Buffer);

    /// <summary>A frame lies in the buffer, or this one picture cannot be used.</summary>
    /// <param name="Buffer">The buffer of the request.</param>
    /// <param name="Result">A frame, or an unreadable one.</param>
    public sealed record FrameRead(PixelBuffer Buffer, SourceRead Result);

    /// <summary>There is nothing more to read.</summary>
    /// <param name="Buffer">The buffer of the request, unused.</param>
    /// <param name="Lost">Why it broke off; null at its proper end.</param>
    public sealed record SourceEnded(PixelBuffer Buffer, string? Lost);

    /// <summary>Reader to capture: a live source broke off; the read waits until it is back. Said once for an outage.</summary>
    /// <param name="Reason">Why it broke off.</param>
    public sealed record ReadInterrupted(string Reason);

    /// <summary>Reader to capture: the source is back, and the frame that was waited for follows.</summary>
    /// <param name="Attempts">Times that it was opened, this one included.</param>
    public sealed record ReadResumed(int Attempts);

    /// <summary>
    /// Capture to reader, after <see cref="ReadInterrupted"/>: wait for the source no more. A read that waits is answered by
    /// <see cref="SourceEnded"/> without a loss; else nothing is.
    /// </summary>
    public sealed record StopReading;

    /// <summary>To a prepared pipeline: its buffers are charged, and may be allocated. Answered by <see cref="BuffersAllocated"/>.</summary>
    public sealed record AllocateBuffers;

    /// <summary>The pipeline's buffers are memory of the process now.</summary>
    public sealed record BuffersAllocated(PipelineId Pipeline);

    /// <summary>To a pipeline that is prepared: begin.</summary>
    /// <param name="DetectorLabels">Names of the detector's classes.</param>
    /// <param name="ClassifierLabels">Names of each classifier's classes, in the order of <see cref="PipelineSettings.Classify"/>.</param>
    public sealed record StartPipeline(LabelList DetectorLabels, IReadOnlyList<LabelList> ClassifierLabels);

    /// <summary>To a pipeline: capture no more, finish what is in flight within a bound, close the sinks.</summary>
    public sealed record DrainPipeline(TimeSpan Bound);

    /// <summary>To a pipeline: let no new frame in, or let them in again. Answered by <see cref="ServingProtocol.ControlAnswered"/>, unless the pipeline ends before.</summary>
    /// <param name="Control">The number of the control.</param>
    /// <param name="Paused">Which of the two.</param>
    internal sealed record SetPaused(long Control, bool Paused);

    /// <summary>The source and all sinks are open; so many bytes of buffers are wanted.</summary>
    public sealed record PipelinePrepared(PipelineId Pipeline, PoolVector Pools, SourceInfo Source);

    /// <summary>The source or a sink cannot be opened.</summary>
    public sealed record PipelineRefused(PipelineId Pipeline, string Reason);

    /// <summary>Every frame has its outcome and the sinks are closed (or given up).</summary>
    /// <param name="Pipeline">Which.</param>
    /// <param name="Totals">What came of its frames.</param>
    /// <param name="Failure">Why it ended early or badly; null where all is well.</param>
    /// <param name="SinkDrops">Results that dropping sinks left out.</param>
    /// <param name="BuffersOutstanding">Buffers somebody still holds.</param>
    /// <param name="Abandoned">Whether a read or a write that blocks was given up: a native call still runs.</param>
    public sealed record PipelineEnded(PipelineId Pipeline, FrameTotals Totals, string? Failure, long SinkDrops, int BuffersOutstanding, bool Abandoned)
    {
        /// <summary>Outages of its live source, one that it did not come back from included.</summary>
        public long Interruptions { get; init; }
    }

    // ---- between the pipeline and its stages ----

    /// <summary>All a frame will need on its way, taken in one step.</summary>
    internal sealed record FrameKit(PixelBuffer Pixels, PixelBuffer? Crops);

    internal sealed record BeginCapture(bool Live, IReadOnlyList<PixelBuffer> Spares);

    internal sealed record KitGranted(FrameKit Kit);

    internal sealed record KitReturned(FrameKit Kit);

    /// <param name="Kit">What it lies in.</param>
    /// <param name="Result">The frame, or why there is none.</param>
    /// <param name="At">When it was captured.</param>
    /// <param name="AskedAt">When the source was asked for it.</param>
    internal sealed record FrameCaptured(FrameKit Kit, SourceRead Result, TimeSpan At, TimeSpan AskedAt);

    internal sealed record FrameOvertaken;

    internal sealed record StopCapture;

    /// <summary>To capture: hand no frame on, and give unused kits back; or go on. Answered by the same, after all frames from before.</summary>
    internal sealed record PauseCapture(long Control, bool Paused);

    /// <summary>Capture is over; spare buffers come back with it.</summary>
    internal sealed record CaptureEnded(string? Lost, IReadOnlyList<PixelBuffer> Spares);

    /// <summary>To a stage: have its model do this work for a frame. Its hold is taken already. Answered by <see cref="FrameServed"/> or <see cref="StageFailed"/>.</summary>
    internal sealed record ServeFrame(FrameId Frame, Inference.LaneWork Work, TimeSpan CapturedAt);

    /// <param name="Frame">Whose work is done; the answer is in the work.</param>
    /// <param name="Stage">0 for the detector, then the classifiers.</param>
    /// <param name="Variant">Which variant of the model did it; null where it has one only.</param>
    /// <param name="LanesIdle">Lane time that was idle since the board began.</param>
    /// <param name="Node">The node that did it; null for this one.</param>
    internal sealed record FrameServed(FrameId Frame, int Stage, string? Variant, TimeSpan LanesIdle, string? Node = null);

    /// <param name="Frame">Which.</param>
    /// <param name="Pixels">Its pixels.</param>
    /// <param name="Detections">What was found.</param>
    /// <param name="Chosen">Which of these to cut out for each classifier.</param>
    /// <param name="Crops">Gets the crops.</param>
    internal sealed record CropFrame(FrameId Frame, ImageView Pixels, IReadOnlyList<Detection> Detections, IReadOnlyList<IReadOnlyList<int>> Chosen, PixelBuffer Crops);

    internal sealed record FrameCropped(FrameId Frame, string? Failure);

    /// <param name="Frame">Whose work failed.</param>
    /// <param name="Stage">0 for the detector, then the classifiers.</param>
    /// <param name="Reason">In a word.</param>
    /// <param name="Detail">For people.</param>
    internal sealed record StageFailed(FrameId Frame, int Stage, string Reason, string Detail);

    /// <summary>To a stage: its frames are given up. Answered by <see cref="WorkAbandoned"/> when nothing of it is on the board any more.</summary>
    internal sealed record AbandonWork;

    internal sealed record WorkAbandoned;

    // ---- between the pipeline and its sinks ----

    internal sealed record OpenSink(SinkContext Context);

    /// <param name="Sink">Which.</param>
    /// <param name="Draws">Whether it needs pixels.</param>
    /// <param name="Wants">Whether it takes the next frame; null for one that takes all it has room for.</param>
    internal sealed record SinkOpened(int Sink, bool Draws, Func<bool>? Wants = null);

    internal sealed record Deliver(FrameId Frame, FrameReport Report, ImageView? Pixels);

    /// <param name="Sink">Which sink took it.</param>
    /// <param name="Frame">The frame.</param>
    /// <param name="Dropped">Results that this sink left out by itself so far.</param>
    internal sealed record Delivered(int Sink, FrameId Frame, long Dropped = 0);

    internal sealed record SinkFailed(int Sink, string Reason);

    internal sealed record CloseSink;

    /// <param name="Sink">Which sink.</param>
    /// <param name="Dropped">Results that it left out by itself.</param>
    internal sealed record SinkClosed(int Sink, long Dropped = 0);
}
