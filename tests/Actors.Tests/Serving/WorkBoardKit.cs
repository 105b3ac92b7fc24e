using System.Buffers.Binary;
using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>A real board with real lanes; models, pipelines and the supervisor are probes.</summary>
public abstract class WorkBoardKit : VirtualTimeKit
{
    internal static readonly ServingSettings Settings = new() { RunTimeout = TimeSpan.FromSeconds(1), LostAfter = TimeSpan.FromSeconds(2) };
    private readonly PixelPool _pool = new(250, 24);

    protected WorkBoardKit()
    {
        Supervisor = CreateTestProbe();
        Model = CreateTestProbe();
        Pipeline = CreateTestProbe();
        Runtime = new SyntheticModelRuntime(Time);
    }

    protected TestProbe Supervisor { get; }

    protected TestProbe Model { get; }

    protected TestProbe Pipeline { get; }

    protected SyntheticModelRuntime Runtime { get; }

    protected SyntheticCounters Counters => Runtime[Cards.Detector];

    protected IActorRef Board { get; private set; } = ActorRefs.Nobody;

    protected void Start(int lanes, SyntheticModel? model = null, bool announced = true)
    {
        Runtime.Add(model ?? new SyntheticModel(Cards.Detector));
        var (supervisor, time) = ((IActorRef)Supervisor, (TimeProvider)Time);
        Board = Sys.ActorOf(Props.Create(() => new WorkBoard(lanes, Settings, supervisor, time)));
        if (announced) Register(Model);
    }

    protected void Register(TestProbe model) => Board.Tell(new RegisterModel(Cards.Detector, model), model);

    protected ILoadedModel Ready(TestProbe? model = null)
    {
        var session = Runtime.Load(Cards.Of(Cards.Detector), CancellationToken.None);
        Board.Tell(new ModelReady(Cards.Detector, session), model ?? Model);
        return session;
    }

    /// <summary>Posts a piece and lets the stage's own hold go, so that what is left on the buffer is the work's.</summary>
    protected PixelBuffer Submit(long number, TestProbe? from = null, bool guest = false)
    {
        var buffer = _pool.TryRent()!;
        BinaryPrimitives.WriteInt64LittleEndian(buffer.Span, number);
        var work = new DetectWork(buffer, 4, 2);
        buffer.Release();
        var id = new WorkId(new PipelineId(guest ? "@there" : "street"), number);
        Board.Tell(new Submit(id, Cards.Detector, work, TimeSpan.FromSeconds(number)) { Guest = guest }, from ?? Pipeline);
        return buffer;
    }

    protected override void AfterAll()
    {
        // No thread may be left behind in a run that hangs.
        Runtime.ReleaseHung();
        base.AfterAll();
    }
}
