using System.Collections.Concurrent;
using ActorPipeline.Sources;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A real reader; capture is a probe, and each source that is made is one that a spec put there.</summary>
public sealed class SourceReaderSpecs : VirtualTimeKit
{
    private static readonly ReconnectSettings Usual = new() { For = TimeSpan.FromSeconds(10) };

    private readonly PixelPool _pool = new(2, 8 * 8 * 3);
    private readonly PixelBuffer _buffer;
    private readonly TestProbe _capture;
    private readonly ConcurrentQueue<NumberedFrameSource> _sources = new();
    private readonly ConcurrentQueue<NumberedFrameSource> _made = new();
    private IActorRef _reader = ActorRefs.Nobody;

    public SourceReaderSpecs()
    {
        _capture = CreateTestProbe();
        _buffer = _pool.TryRent()!;
    }

    [Fact]
    public void Should_read_on_into_the_same_buffer_when_a_camera_is_back_at_the_first_try()
    {
        Open(Usual, Camera(lostAt: 1), Camera());
        Read();

        var interrupted = Lose();
        Assert.Contains("break off at frame 1", interrupted.Reason);
        Assert.True(_made.First().IsDisposed);
        Advance(Usual.First);

        Assert.Equal(1, _capture.ExpectMsg<ReadResumed>().Attempts);
        Assert.Same(_buffer, _capture.ExpectMsg<FrameRead>().Buffer);
        Assert.Equal(1, _buffer.Holds);
        Read();
        Assert.Equal((2, 0), (_made.Count, _made.Sum(s => s.RulesBroken)));
    }

    [Fact]
    public void Should_wait_longer_each_time_and_say_it_once_when_the_camera_stays_away()
    {
        Open(Usual, Camera(lostAt: 0), Away(), Away(), Camera());
        Lose();

        Advance(TimeSpan.FromSeconds(1));
        Eventually(() => Assert.Equal(2, _made.Count));
        Eventually(() => Assert.True(_made.Last().IsDisposed));
        Advance(TimeSpan.FromSeconds(1));
        Silent(_capture);
        Assert.Equal(2, _made.Count);
        Advance(TimeSpan.FromSeconds(1));
        Eventually(() => Assert.Equal(3, _made.Count));
        Eventually(() => Assert.True(_made.Last().IsDisposed));
        Silent(_capture);
        Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(3, _capture.ExpectMsg<ReadResumed>().Attempts);
        _capture.ExpectMsg<FrameRead>();
    }

    [Fact]
    public void Should_go_on_with_the_same_outage_when_a_camera_opens_and_gives_no_frame()
    {
        Open(Usual, Camera(lostAt: 0), Camera(lostAt: 0), Camera());
        Lose();

        Advance(TimeSpan.FromSeconds(1));
        Eventually(() => Assert.Equal(2, _made.Count));
        Eventually(() => Assert.True(_made.Last().IsDisposed));
        Silent(_capture);
        Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(2, _capture.ExpectMsg<ReadResumed>().Attempts);
        _capture.ExpectMsg<FrameRead>();
    }

    [Fact]
    public void Should_begin_with_the_first_wait_again_when_a_camera_breaks_off_a_second_time()
    {
        Open(Usual, Camera(lostAt: 0), Away(), Camera(lostAt: 1), Camera());
        Lose();
        AdvanceUntil(() => Assert.True(_capture.HasMessages), TimeSpan.FromMilliseconds(500));
        Assert.Equal(2, _capture.ExpectMsg<ReadResumed>().Attempts);
        _capture.ExpectMsg<FrameRead>();

        Lose();
        Advance(Usual.First);

        Assert.Equal(1, _capture.ExpectMsg<ReadResumed>().Attempts);
        _capture.ExpectMsg<FrameRead>();
    }

    [Fact]
    public void Should_be_lost_with_both_reasons_when_the_camera_stays_away_too_long()
    {
        Open(Usual, [Camera(lostAt: 0), .. Enumerable.Range(0, 10).Select(_ => Away())]);
        Lose();

        AdvanceUntil(() => Assert.True(_capture.HasMessages), TimeSpan.FromMilliseconds(500));

        var ended = _capture.ExpectMsg<SourceEnded>();
        Assert.Same(_buffer, ended.Buffer);
        Assert.Contains("break off at frame 0", ended.Lost);
        Assert.Contains("4 tries; the last: The numbered source was declared not to open", ended.Lost);
        Assert.All(_made, source => Assert.True(source.IsDisposed));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 10)]
    public void Should_be_lost_at_once_when_it_may_not_be_opened_again_or_is_a_file(bool live, int seconds)
    {
        Open(new ReconnectSettings { For = TimeSpan.FromSeconds(seconds) }, new NumberedFrameSource(9, 8, 8, live) { LostAt = 1 });
        Read();

        _reader.Tell(new Read(_buffer), _capture);

        Assert.Contains("break off at frame 1", _capture.ExpectMsg<SourceEnded>().Lost);
        Assert.Single(_made);
    }

    [Fact]
    public void Should_end_at_once_when_it_is_stopped_while_it_waits_for_the_camera()
    {
        Open(Usual, Camera(lostAt: 0), Camera());
        Lose();

        _reader.Tell(new StopReading(), _capture);

        var ended = _capture.ExpectMsg<SourceEnded>();
        Assert.Same(_buffer, ended.Buffer);
        Assert.Null(ended.Lost);
        Advance(TimeSpan.FromSeconds(20));
        Silent(_capture);
        Assert.Single(_made);
    }

    [Fact]
    public void Should_not_read_once_more_when_it_is_stopped_while_the_camera_is_opened()
    {
        var opening = new ManualResetEventSlim();
        var opened = new SlowToOpen(opening);
        Open(Usual, Camera(lostAt: 0));
        _slow = opened;
        Lose();
        Advance(Usual.First);
        Eventually(() => Assert.True(opened.IsOpening));

        _reader.Tell(new StopReading(), _capture);
        opening.Set();

        Assert.Null(_capture.ExpectMsg<SourceEnded>().Lost);
        Silent(_capture);
        Assert.Equal(0, opened.Reads);
        Sys.Stop(_reader);
        Eventually(() => Assert.True(opened.IsDisposed));
    }

    [Fact]
    public void Should_answer_nothing_when_it_is_stopped_and_nothing_waits()
    {
        Open(Usual, Camera());
        Read();

        _reader.Tell(new StopReading(), _capture);

        Silent(_capture);
        Read();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public void Should_never_go_back_in_time_when_another_source_takes_its_place(int secondsBefore)
    {
        // Its frames are 40 ms apart, however long they take to come.
        Open(new ReconnectSettings(), Camera(lostAt: 100), Camera());
        var last = TimeSpan.Zero;
        for (var i = 0; i < 100; i++) last = Read().Position;
        Advance(TimeSpan.FromSeconds(secondsBefore));

        Lose();
        Advance(TimeSpan.FromSeconds(1));
        _capture.ExpectMsg<ReadResumed>();
        var first = ((SourceRead.Frame)_capture.ExpectMsg<FrameRead>().Result).Position;

        // As long after the first frame as it was, where that is later than the last.
        Assert.Equal(TimeSpan.FromSeconds(Math.Max(last.TotalSeconds, secondsBefore + 1)), first);
        Assert.Equal(first + TimeSpan.FromMilliseconds(40), Read().Position);
    }

    [Fact]
    public void Should_dispose_nothing_twice_when_it_stops_in_an_outage()
    {
        Open(Usual, Camera(lostAt: 0));
        Lose();
        Watch(_reader);

        Sys.Stop(_reader);

        ExpectTerminated(_reader);
        Assert.Equal((1, true, 0), (_made.Count, _made.First().IsDisposed, _made.First().RulesBroken));
    }

    private SlowToOpen? _slow;

    private static NumberedFrameSource Camera(long? lostAt = null) => new(1000, 8, 8, live: true) { LostAt = lostAt };

    private static NumberedFrameSource Away() => new(1, 8, 8, live: true) { FailsToOpen = true };

    private void Open(ReconnectSettings reconnect, params NumberedFrameSource[] sources)
    {
        foreach (var source in sources) _sources.Enqueue(source);
        var time = (TimeProvider)Time;
        Func<IFrameSource> create = Next;
        // A thread of its own, because opening and reading block.
        _reader = _capture.ChildActorOf(Props.Create(() => new SourceReader(create, reconnect, time)).WithDispatcher(Serving.ServingHosting.BlockingDispatcher));
        _reader.Tell(new OpenSource(), _capture);
        _capture.ExpectMsg<SourceOpened>();
    }

    private IFrameSource Next()
    {
        if (!_sources.TryDequeue(out var source)) return _slow!;
        _made.Enqueue(source);
        return source;
    }

    private SourceRead.Frame Read()
    {
        _reader.Tell(new Read(_buffer), _capture);
        return (SourceRead.Frame)_capture.ExpectMsg<FrameRead>().Result;
    }

    private ReadInterrupted Lose()
    {
        _reader.Tell(new Read(_buffer), _capture);
        return _capture.ExpectMsg<ReadInterrupted>();
    }

    private sealed class SlowToOpen(ManualResetEventSlim open) : IFrameSource
    {
        private readonly NumberedFrameSource _source = Camera();

        public bool IsOpening { get; private set; }

        public long Reads => _source.Reads;

        public bool IsDisposed => _source.IsDisposed;

        public SourceInfo Open()
        {
            IsOpening = true;
            open.Wait();
            return _source.Open();
        }

        public SourceRead Read(PixelBuffer into) => _source.Read(into);

        public void Dispose() => _source.Dispose();
    }
}
