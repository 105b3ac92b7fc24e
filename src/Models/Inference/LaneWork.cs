using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

/// <summary>
/// A piece of work for a lane, with holds of its own on the buffers it reads: taken when it is made, let go once by
/// <see cref="Release"/> however often that is called, so that whoever is left may call it.
/// </summary>
public abstract class LaneWork
{
    private readonly PixelBuffer _buffer;
    private int _released;

    /// <summary>Takes a hold on the buffer.</summary>
    protected LaneWork(PixelBuffer buffer)
    {
        buffer.Retain();
        _buffer = buffer;
    }

    /// <summary>The buffer it reads.</summary>
    protected PixelBuffer Buffer => _buffer;

    /// <summary>Lets the hold go, once.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0) _buffer.Release();
    }

    /// <summary>Runs it on the calling thread. Never throws: a failure is an answer, and the lane lives on.</summary>
    /// <param name="model">The model, as loaded.</param>
    /// <param name="lane">The lane that runs it.</param>
    public LaneAnswer Run(ILoadedModel model, int lane)
    {
        try
        {
            return Execute(model, lane);
        }
        catch (RunTerminatedException)
        {
            return new LaneAnswer.Failed("run-timeout", Terminated: true);
        }
        catch (Exception error) // whatever pre-processing, the native run or decoding throws belongs to this piece alone
        {
            return new LaneAnswer.Failed($"{error.GetType().Name}: {error.Message}", Terminated: false);
        }
    }

    /// <summary>Does the work; may throw.</summary>
    protected abstract LaneAnswer Execute(ILoadedModel model, int lane);
}

/// <summary>What a piece of work came to.</summary>
public abstract record LaneAnswer
{
    private LaneAnswer()
    {
    }

    /// <summary>A detector's answer, best first.</summary>
    public sealed record Detected(IReadOnlyList<Detection> Detections) : LaneAnswer;

    /// <summary>A classifier's answer: for each crop its labels, best first.</summary>
    public sealed record Classified(IReadOnlyList<IReadOnlyList<Classification>> Crops) : LaneAnswer;

    /// <summary>It failed.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Terminated">Whether its run was ended for taking too long.</param>
    public sealed record Failed(string Reason, bool Terminated) : LaneAnswer;
}

/// <summary>Finds objects in one frame.</summary>
/// <param name="pixels">Holds the frame.</param>
/// <param name="width">The frame's width in pixels.</param>
/// <param name="height">The frame's height in pixels.</param>
public sealed class DetectWork(PixelBuffer pixels, int width, int height) : LaneWork(pixels)
{
    /// <inheritdoc/>
    protected override LaneAnswer Execute(ILoadedModel model, int lane)
    {
        var detector = (IDetector)model;
        var found = new Detection[detector.Card.MaxDetections];
        var count = detector.Detect(lane, Buffer.View(width, height), found);
        return new LaneAnswer.Detected(new ArraySegment<Detection>(found, 0, count));
    }
}

/// <summary>Names what the crops of one frame show.</summary>
/// <param name="crops">Holds the crops, packed one behind the other.</param>
/// <param name="count">How many.</param>
/// <param name="width">Each crop's width in pixels.</param>
/// <param name="height">Each crop's height in pixels.</param>
/// <param name="offset">Bytes before the first crop.</param>
public sealed class ClassifyWork(PixelBuffer crops, int count, int width, int height, int offset = 0) : LaneWork(crops)
{
    /// <inheritdoc/>
    protected override LaneAnswer Execute(ILoadedModel model, int lane)
    {
        var classifier = (IClassifier)model;
        var labels = new IReadOnlyList<Classification>[count];
        for (var i = 0; i < count; i++)
        {
            var top = new Classification[classifier.Card.LabelsEach];
            var filled = classifier.Classify(lane, Buffer.View(width, height, offset + (i * ImageView.PackedBytes(width, height))), top);
            labels[i] = new ArraySegment<Classification>(top, 0, filled);
        }
        return new LaneAnswer.Classified(labels);
    }
}
