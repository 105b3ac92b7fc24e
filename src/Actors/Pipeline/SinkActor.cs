using ActorPipeline.Sinks;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Owns one sink, on a thread of its own: its writes may block.</summary>
internal sealed class SinkActor : ReceiveActor
{
    private readonly int _index;
    private readonly IFrameSink _sink;

    public SinkActor(int index, Func<IFrameSink> create)
    {
        _index = index;
        _sink = create();
        Receive<OpenSink>(open => Try(() => _sink.Open(open.Context), new SinkOpened(index, _sink.DrawsPixels)));
        Receive<Deliver>(deliver => Try(() => _sink.Write(deliver.Report, deliver.Pixels), new Delivered(index, deliver.Frame)));
        Receive<CloseSink>(_ => Try(_sink.Complete, new SinkClosed(index)));
    }

    protected override void PostStop() => _sink.Dispose();

    private void Try(Action action, object done)
    {
        try
        {
            action();
        }
        catch (SinkException error)
        {
            Context.Parent.Tell(new SinkFailed(_index, error.Message));
            return;
        }
        Context.Parent.Tell(done);
    }
}
