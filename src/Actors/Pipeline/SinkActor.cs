using ActorPipeline.Sinks;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Owns one sink, on a thread of its own: its writes may block.</summary>
internal sealed class SinkActor : ReceiveActor
{
    private readonly int _index;
    private readonly Func<IFrameSink> _create;
    private IFrameSink? _sink;
    private bool _failed;

    public SinkActor(int index, Func<IFrameSink> create)
    {
        _index = index;
        _create = create;
        Receive<OpenSink>(open => Try(() => Open(open.Context)));
        Receive<Deliver>(deliver => Try(() =>
        {
            _sink!.Write(deliver.Report, deliver.Pixels);
            return new Delivered(index, deliver.Frame, _sink.Dropped);
        }));
        Receive<CloseSink>(_ => Try(() =>
        {
            _sink!.Complete();
            return new SinkClosed(index, _sink.Dropped);
        }));
    }

    protected override void PostStop() => _sink?.Dispose();

    private SinkOpened Open(SinkContext context)
    {
        _sink = _create();
        var log = Context.GetLogger();
        _sink.Open(context with { Warn = message => log.Warning("Sink of {Pipeline}: {Message}", context.Pipeline, message) });
        return new SinkOpened(_index, _sink.DrawsPixels, _sink is ISelectiveSink selective ? selective.TryWant : null);
    }

    private void Try(Func<object> action)
    {
        // Once it has failed it is given up, and the pixels of what still waits here are let go: they are not its to read any more.
        if (_failed) return;
        object answer;
        try
        {
            answer = action();
        }
        catch (SinkException error)
        {
            _failed = true;
            answer = new SinkFailed(_index, error.Message);
        }
        Context.Parent.Tell(answer);
    }
}
