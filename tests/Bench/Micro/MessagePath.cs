using ActorPipeline.Bench.Allocation;
using ActorPipeline.Hosting;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Vision;
using Akka.Actor;
using BenchmarkDotNet.Attributes;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Bench.Micro;

/// <summary>What a piece of work takes from a stage to the board, a lane, and back, beside the model's own time: with a detector that answers at once.</summary>
public class MessagePath
{
    private const int Pieces = 1000;

    private ActorSystem _system = null!;
    private IActorRef _stage = null!;
    private PixelPool _pool = null!;

    /// <summary>Starts a board with one lane and a model that is ready.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _system = ActorSystem.Create("micro", Akka.Configuration.ConfigurationFactory.ParseString("akka.loglevel = WARNING").WithFallback(ActorPipelineHosting.Dispatchers()));
        _pool = new PixelPool(1, ImageView.PackedBytes(64, 48));
        var board = _system.ActorOf(Props.Create(() => new WorkBoard(1, new ServingSettings(), ActorRefs.Nobody, TimeProvider.System)));
        board.Tell(new ModelReady(FixedModels.Detector.Id, new FixedModels().Load(FixedModels.Detector, CancellationToken.None)));
        var pixels = _pool.TryRent()!;
        _stage = _system.ActorOf(Props.Create(() => new Stage(board, pixels)));
    }

    /// <summary>Stops it.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _system.Terminate().Wait();
        _pool.Dispose();
    }

    /// <summary>One piece after the other.</summary>
    [Benchmark(Description = "stage to board to lane to board to stage", OperationsPerInvoke = Pieces)]
    public void RoundTrip()
    {
        using var done = new ManualResetEventSlim();
        _stage.Tell(new Begin(done));
        done.Wait();
    }

    private sealed record Begin(ManualResetEventSlim Done);

    /// <summary>Posts the next piece when the last is answered.</summary>
    private sealed class Stage : ReceiveActor
    {
        private readonly IActorRef _board;
        private readonly PixelBuffer _pixels;
        private ManualResetEventSlim? _done;
        private long _number;
        private int _left;

        public Stage(IActorRef board, PixelBuffer pixels)
        {
            (_board, _pixels) = (board, pixels);
            Receive<Begin>(begin =>
            {
                (_done, _left) = (begin.Done, Pieces);
                Post();
            });
            Receive<Completed>(_ =>
            {
                if (--_left > 0) Post();
                else _done!.Set();
            });
        }

        private void Post() => _board.Tell(new Submit(new WorkId(new PipelineId("micro"), _number++), FixedModels.Detector.Id, new DetectWork(_pixels, 64, 48), TimeSpan.Zero));
    }
}
