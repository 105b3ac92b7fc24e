using ActorPipeline.Pipeline;
using OpenCvSharp;

namespace ActorPipeline.Bench.Chain;

/// <summary>Everyone who runs the chain, ready to run, with what they hold.</summary>
internal sealed class ChainField : IDisposable
{
    /// <summary>Frames that are run before anything counts.</summary>
    public const int WarmUp = 20;

    private const int Compared = 60;
    private const double SlowShare = 0.25;

    private static readonly Bytes Plenty = Bytes.MiB(512);

    private readonly List<IDisposable> _owned = [];
    private readonly List<(string Name, BareLoop Loop)> _libraries = [];
    private readonly BareLoop _bare;
    private readonly TwinLoops _limit;

    private ChainField()
    {
        _bare = Own(new BareLoop(new ExportedDetector(BenchData.PicoDet), new ExportedClassifier(BenchData.LcNet)));
        var twoThreads = Own(new TwoThreadLoop(new ExportedDetector(BenchData.PicoDet), new ExportedClassifier(BenchData.LcNet)));
        var defaults = Own(new BareLoop(new ExportedDetector(BenchData.PicoDet, defaults: true), new ExportedClassifier(BenchData.LcNet, defaults: true)));
        _limit = Own(FasterLimit());
        Entrants.Add(new Entrant("bare", "loop over the exported models, one thread", Loop(_bare)));
        Entrants.Add(new Entrant("two_threads", "loop over the exported models: detect on one thread, crop and classify on another", frames => Task.Run(() => twoThreads.Run(frames).Rate)));
        Entrants.Add(new Entrant("limit",
            $"{Environment.ProcessorCount} loops at once over the engines, whole frames each, {(_limit.Shared ? "sharing sessions with bindings of their own" : "with sessions of their own")}",
            frames => Task.Run(() => _limit.Run(frames).Rate)));
        Entrants.Add(new Entrant("resident", "the pipeline, both models resident, from the first capture to the last unload", frames => Product(frames, p => p)));
        Entrants.Add(new Entrant("defaults", "loop over the exported models, ONNX Runtime's defaults: its own threads, spinning", Loop(defaults), SlowShare));
        TryAdd("opencv_dnn", "loop over the exported models in OpenCV's dnn, its own threads", () => WithThreads(() => new BareLoop(new OpenCvDetector(BenchData.PicoDet), new OpenCvClassifier(BenchData.LcNet))),
            loop => frames => Task.Run(() => WithThreads(() => loop.Run(frames).Rate)));
        TryAdd("mlnet", "loop over the exported models in ML.NET's OnnxTransformer, a prediction engine each",
            () => new BareLoop(new MlNetDetector(BenchData.PicoDet), new MlNetClassifier(BenchData.LcNet)), Loop);
    }

    /// <summary>Who runs.</summary>
    public List<Entrant> Entrants { get; } = [];

    /// <summary>Who cannot, and why.</summary>
    public List<(string Name, string Why)> Absent { get; } = [];

    /// <summary>Makes all of them, warm.</summary>
    public static async Task<ChainField> OpenAsync()
    {
        // First of all: the product sets up the heap before threads are made, and builds the engines.
        await Product(2 * WarmUp, p => p);
        var field = new ChainField();
        foreach (var entrant in field.Entrants) await entrant.Run(WarmUp);
        return field;
    }

    /// <summary>Whether the limit's loops, the pipeline and other libraries find the same as the bare loop.</summary>
    public async Task<IReadOnlyList<(string Name, Agreement Agreement)>> CompareAsync()
    {
        FrameNotes bare = new(), limit = new(), pipeline = new();
        _bare.Run(Compared, bare);
        _limit.RunOne(Compared, limit);
        await new StreetRun(Compared, Plenty)
        {
            Pipeline = p => p with { Sinks = [new SinkSettings { Type = "notes", Path = "" }] },
            Parts = parts => parts with { CreateSink = _ => new NotingSink(pipeline) },
        }.RunAsync();
        List<(string Name, Agreement Agreement)> agreements = [("limit", bare.Compare(limit)), ("resident", bare.Compare(pipeline))];
        foreach (var (name, loop) in _libraries)
        {
            var found = new FrameNotes();
            loop.Run(Compared, found);
            agreements.Add((name, bare.Compare(found)));
        }
        return agreements;
    }

    public void Dispose()
    {
        foreach (var owned in _owned) owned.Dispose();
    }

    /// <summary>The pipeline; with tracking, or whatever else, once it is told so.</summary>
    private static async Task<double> Product(int frames, Func<PipelineSettings, PipelineSettings> pipeline) =>
        (await new StreetRun(frames, Plenty) { Pipeline = pipeline }.RunAsync()).Rate;

    private static Func<int, Task<double>> Loop(BareLoop loop) => frames => Task.Run(() => loop.Run(frames).Rate);

    /// <summary>Shared sessions or one for each loop: whichever is the faster here.</summary>
    private static TwinLoops FasterLimit()
    {
        TwinLoops shared = new(StreetRun.Runtime, shared: true), apart = new(StreetRun.Runtime, shared: false);
        List<double> over = [];
        for (var round = 0; round < 4; round++)
        {
            double first = 0;
            if (round % 2 == 0) first = shared.Run(2 * WarmUp).Rate;
            var second = apart.Run(2 * WarmUp).Rate;
            if (round % 2 == 1) first = shared.Run(2 * WarmUp).Rate;
            // Who comes first in the first round pays for the start.
            if (round > 0) over.Add(second / first);
        }
        var (faster, slower) = Statistics.Median(over) > 1 ? (apart, shared) : (shared, apart);
        slower.Dispose();
        return faster;
    }

    /// <summary>OpenCV with a thread for each core, which is its own default; the product keeps it to one.</summary>
    private static T WithThreads<T>(Func<T> run)
    {
        Vision.OpenCvRuntime.EnsureLoaded();
        Cv2.SetNumThreads(Environment.ProcessorCount);
        try
        {
            return run();
        }
        finally
        {
            Cv2.SetNumThreads(1);
        }
    }

    private void TryAdd(string name, string what, Func<BareLoop> make, Func<BareLoop, Func<int, Task<double>>> run)
    {
        BareLoop? loop = null;
        try
        {
            loop = make();
            // Loading is not all: what it cannot run, or gives in another shape, shows on a frame.
            run(loop)(1).GetAwaiter().GetResult();
            _libraries.Add((name, Own(loop)));
            Entrants.Add(new Entrant(name, what, run(loop), SlowShare));
        }
        catch (Exception error) // a library that cannot have these models is an answer, and the others go on
        {
            loop?.Dispose();
            Absent.Add((name, error.GetBaseException().Message));
        }
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
