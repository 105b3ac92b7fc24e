using ActorPipeline.Sources;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>
/// Owns the source, on a thread of its own: it alone opens, reads and disposes it, and its reads block. A live source that breaks off is
/// opened anew after a while, again and again, while the read that found it broken waits; the outage is over with the first frame.
/// </summary>
internal sealed class SourceReader : ReceiveActor, IWithTimers
{
    private sealed record TryAgain : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record ReadOn : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private readonly Func<IFrameSource> _create;
    private readonly ReconnectSettings _reconnect;
    private readonly TimeProvider _time;
    private IFrameSource? _source;
    private bool _reconnects;
    private (PixelBuffer Into, IActorRef From)? _read;
    private Outage? _outage;
    private TimeSpan _openedAt;
    private TimeSpan _position;
    private TimeSpan _behind;

    /// <param name="create">Makes the source, and another in its place whenever it broke off.</param>
    /// <param name="reconnect">How a live one is opened again.</param>
    /// <param name="time">The actors' clock.</param>
    public SourceReader(Func<IFrameSource> create, ReconnectSettings reconnect, TimeProvider time)
    {
        (_create, _reconnect, _time) = (create, reconnect, time);
        _source = create();
        Receive<OpenSource>(_ => OnOpen());
        Receive<Read>(OnRead);
        Receive<TryAgain>(_ => OnTryAgain());
        Receive<ReadOn>(_ => ReadNow());
        Receive<StopReading>(_ => OnStop());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop() => _source?.Dispose();

    private void OnOpen()
    {
        try
        {
            var info = _source!.Open();
            (_reconnects, _openedAt) = (info.Live && _reconnect.For > TimeSpan.Zero, _time.Instant());
            Sender.Tell(new SourceOpened(info));
        }
        catch (SourceOpenException error)
        {
            Sender.Tell(new SourceRefused(error.Message));
        }
    }

    private void OnRead(Read read)
    {
        _read = (read.Buffer, Sender);
        ReadNow();
    }

    private void ReadNow()
    {
        if (_read is not var (buffer, from)) return;
        var result = ReadInto(buffer);
        if (result is SourceRead.Lost(var why) && _reconnects)
        {
            Interrupt(why);
            return;
        }
        if (result is SourceRead.Frame frame) result = Placed(frame);
        Answer(from, result switch
        {
            SourceRead.EndOfFile => new SourceEnded(buffer, null),
            SourceRead.Lost(var reason) => new SourceEnded(buffer, reason),
            _ => new FrameRead(buffer, result),
        });
    }

    private SourceRead ReadInto(PixelBuffer buffer)
    {
        // A hold of its own: a read that blocks past a drain's bound still writes into the buffer.
        buffer.Retain();
        try
        {
            return _source!.Read(buffer);
        }
        finally
        {
            buffer.Release();
        }
    }

    /// <summary>A frame that came ends the outage. A source that was opened anew counts its time from then; here it goes on.</summary>
    private SourceRead.Frame Placed(SourceRead.Frame frame)
    {
        if (_outage is { } outage)
        {
            Context.Parent.Tell(new ReadResumed(outage.Attempts));
            _outage = null;
        }
        if (_behind > TimeSpan.Zero) frame = frame with { Position = frame.Position + _behind };
        _position = frame.Position;
        return frame;
    }

    private void Interrupt(string why)
    {
        // Let go at once: a camera can be opened by one at a time.
        LetGo();
        if (_outage is null)
        {
            _outage = new Outage(_reconnect, why, _time.Instant());
            Context.Parent.Tell(new ReadInterrupted(why));
        }
        TryLater(_outage, why);
    }

    private void TryLater(Outage outage, string why)
    {
        outage.Failed(why);
        if (outage.NextTry(_time.Instant()) is { } wait) Timers.StartSingleTimer(nameof(TryAgain), new TryAgain(), wait);
        else EndRead(outage.Loss);
    }

    private void OnTryAgain()
    {
        if (_outage is not { } outage || _read is null) return;
        try
        {
            _source = _create();
            _source.Open();
        }
        catch (SourceOpenException error)
        {
            LetGo();
            TryLater(outage, error.Message);
            return;
        }
        var since = _time.Instant() - _openedAt;
        _behind = since > _position ? since : _position;
        // Not at once: opening blocks, and whoever asked meanwhile to stop is heard first.
        Self.Tell(new ReadOn());
    }

    private void OnStop()
    {
        if (_outage is null) return;
        Timers.Cancel(nameof(TryAgain));
        EndRead(null);
    }

    private void EndRead(string? lost)
    {
        if (_read is var (buffer, from)) Answer(from, new SourceEnded(buffer, lost));
    }

    private void Answer(IActorRef to, object answer)
    {
        _read = null;
        to.Tell(answer);
    }

    private void LetGo()
    {
        _source?.Dispose();
        _source = null;
    }
}
