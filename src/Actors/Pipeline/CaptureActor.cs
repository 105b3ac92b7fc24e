using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>
/// Brings frames and kits together. A file source is read only into a kit that is there; a live source is always read, and while
/// no kit is free only its newest frame is kept: the one before it was overtaken.
/// </summary>
internal sealed class CaptureActor : ReceiveActor
{
    private readonly TimeProvider _time;
    private readonly IActorRef _reader;
    private readonly Queue<FrameKit> _kits = new();
    private readonly Stack<PixelBuffer> _spares = new();
    private bool _live;
    private bool _reading;
    private bool _stopping;
    private bool _ended;
    private bool _interrupted;
    private bool _paused;
    /// <summary>What a file's read gave after the pause had begun; the kit that it lies in waits with it.</summary>
    private FrameRead? _held;
    private FrameKit? _readingInto;
    private PixelBuffer? _spareAtReader;
    private TimeSpan _askedAt;
    private (FrameRead Read, TimeSpan At, TimeSpan AskedAt)? _newest;

    /// <param name="reader">Makes the reader, as a child of this actor, or names one that is there (a camera played by a test).</param>
    /// <param name="time">The actors' clock.</param>
    public CaptureActor(Func<IActorRefFactory, IActorRef> reader, TimeProvider time)
    {
        _time = time;
        _reader = Context.Watch(reader(Context));
        Receive<OpenSource>(_ => _reader.Tell(new OpenSource()));
        Receive<SourceOpened>(Context.Parent.Forward);
        Receive<SourceRefused>(Context.Parent.Forward);
        Receive<BeginCapture>(OnBegin);
        Receive<KitGranted>(OnKit);
        Receive<FrameRead>(OnFrame);
        Receive<SourceEnded>(ended => OnEnded(ended.Buffer, ended.Lost));
        Receive<ReadInterrupted>(OnInterrupted);
        Receive<ReadResumed>(OnResumed);
        Receive<PauseCapture>(OnPause);
        Receive<StopCapture>(_ => OnStop());
        Receive<Terminated>(_ => OnEnded(_spareAtReader, "the source's reader stopped"));
    }

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    private void OnBegin(BeginCapture begin)
    {
        _live = begin.Live;
        foreach (var spare in begin.Spares) _spares.Push(spare);
        ReadNext();
    }

    private void OnKit(KitGranted granted)
    {
        if (_stopping)
        {
            Context.Parent.Tell(new KitReturned(granted.Kit));
            return;
        }
        _kits.Enqueue(granted.Kit);
        if (_newest is { } newest)
        {
            _newest = null;
            Emit(newest.Read, newest.At, newest.AskedAt);
        }
        ReadNext();
    }

    private void ReadNext()
    {
        if (_reading || _stopping) return;
        if (_live)
        {
            if (!_spares.TryPop(out var spare)) return;
            (_reading, _spareAtReader, _askedAt) = (true, spare, _time.Instant());
            _reader.Tell(new Read(spare));
        }
        else if (!_paused && _kits.TryDequeue(out _readingInto))
        {
            (_reading, _askedAt) = (true, _time.Instant());
            _reader.Tell(new Read(_readingInto.Pixels));
        }
    }

    /// <summary>Kits go back, but for one that a file is read into: its frame waits for the end of the pause. A camera is read on, so that what it buffers does not grow old.</summary>
    private void OnPause(PauseCapture pause)
    {
        _paused = pause.Paused;
        if (_paused)
        {
            ReturnKits();
            Overtake();
        }
        Context.Parent.Tell(pause);
        if (_paused || _ended) return;
        if (_held is { } held)
        {
            _held = null;
            HandOn(held);
        }
        ReadNext();
    }

    private void OnFrame(FrameRead read)
    {
        (_reading, _spareAtReader) = (false, null);
        var now = _time.Instant();
        if (_stopping)
        {
            Finish(read.Buffer, lost: null);
            return;
        }
        if (!_live && _paused)
        {
            _held = read;
        }
        else if (!_live)
        {
            HandOn(read);
        }
        else if (_kits.Count > 0)
        {
            Emit(read, now, _askedAt);
        }
        else
        {
            Overtake();
            _newest = (read, now, _askedAt);
            if (_paused) Overtake();
        }
        ReadNext();
    }

    /// <summary>Sends a file's frame on under the kit that it was read into.</summary>
    private void HandOn(FrameRead read)
    {
        Context.Parent.Tell(new FrameCaptured(_readingInto!, read.Result, _time.Instant(), _askedAt));
        _readingInto = null;
    }

    /// <summary>The newest live frame gets no kit any more: it was captured, and nothing will come of it.</summary>
    private void Overtake()
    {
        if (_newest is not { } newest) return;
        _spares.Push(newest.Read.Buffer);
        Context.Parent.Tell(new FrameOvertaken());
        _newest = null;
    }

    /// <summary>Sends a live frame on under a kit: its buffer becomes the kit's, and the kit's own buffer a spare.</summary>
    private void Emit(FrameRead read, TimeSpan at, TimeSpan askedAt)
    {
        var kit = _kits.Dequeue();
        _spares.Push(kit.Pixels);
        Context.Parent.Tell(new FrameCaptured(kit with { Pixels = read.Buffer }, read.Result, at, askedAt));
    }

    private void OnStop()
    {
        if (_ended) return;
        _stopping = true;
        if (!_reading)
        {
            Finish(null, lost: null);
            return;
        }
        ReturnKits();
        if (_interrupted) _reader.Tell(new StopReading());
    }

    private void OnInterrupted(ReadInterrupted interrupted)
    {
        _interrupted = true;
        Context.Parent.Tell(interrupted);
        // Who is told to stop waits for a read that goes on, but for no camera.
        if (_stopping) _reader.Tell(new StopReading());
    }

    private void OnResumed(ReadResumed resumed)
    {
        _interrupted = false;
        Context.Parent.Tell(resumed);
    }

    private void OnEnded(PixelBuffer? buffer, string? lost)
    {
        _reading = false;
        if (_ended) return;
        _stopping = true;
        Finish(buffer, lost);
    }

    private void Finish(PixelBuffer? buffer, string? lost)
    {
        _ended = true;
        if (_readingInto is not null) Context.Parent.Tell(new KitReturned(_readingInto));
        else if (buffer is not null) _spares.Push(buffer);
        (_readingInto, _held) = (null, null);
        ReturnKits();
        Overtake();
        Context.Parent.Tell(new CaptureEnded(lost, [.. _spares]));
        _spares.Clear();
    }

    private void ReturnKits()
    {
        while (_kits.TryDequeue(out var kit)) Context.Parent.Tell(new KitReturned(kit));
    }
}
