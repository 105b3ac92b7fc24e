using ActorPipeline.Sources;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Owns the source, on a thread of its own: it alone opens, reads and disposes it, and its reads block.</summary>
internal sealed class SourceReader : ReceiveActor
{
    private readonly IFrameSource _source;

    public SourceReader(Func<IFrameSource> create)
    {
        _source = create();
        Receive<OpenSource>(_ => OnOpen());
        Receive<Read>(OnRead);
    }

    protected override void PostStop() => _source.Dispose();

    private void OnOpen()
    {
        try
        {
            Sender.Tell(new SourceOpened(_source.Open()));
        }
        catch (SourceOpenException error)
        {
            Sender.Tell(new SourceRefused(error.Message));
        }
    }

    private void OnRead(Read read)
    {
        // A hold of its own: a read that blocks past a drain's bound still writes into the buffer.
        read.Buffer.Retain();
        SourceRead result;
        try
        {
            result = _source.Read(read.Buffer);
        }
        finally
        {
            read.Buffer.Release();
        }
        Sender.Tell(result switch
        {
            SourceRead.EndOfFile => new SourceEnded(read.Buffer, null),
            SourceRead.Lost(var reason) => new SourceEnded(read.Buffer, reason),
            _ => new FrameRead(read.Buffer, result),
        });
    }
}
