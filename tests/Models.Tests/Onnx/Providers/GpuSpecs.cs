using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx.Providers;

/// <summary>What only a device can show; elsewhere these are skipped by name.</summary>
public sealed class GpuSpecs : IDisposable
{
    /// <summary>Of the largest number of an output: sums in another order, and TensorRT's own 19 bits.</summary>
    private const float Tolerance = 0.01f;

    private readonly TestFolder _folder = new();

    /// <summary>The packaged one, or the one that scripts/check-gpu-runtime.sh names.</summary>
    private static IOnnxLibrary Library => OnnxLibraries.Open(OnnxLibraries.Auto, null);

    public void Dispose() => _folder.Dispose();

    [GpuFact(ExecutionProvider.Cuda)]
    public void Should_give_what_the_processor_gives_when_picodet_runs_on_cuda() => RunsAsOnTheProcessor(ExecutionProvider.Cuda);

    [GpuFact(ExecutionProvider.TensorRt)]
    public void Should_give_what_the_processor_gives_when_picodet_runs_on_tensorrt() => RunsAsOnTheProcessor(ExecutionProvider.TensorRt);

    [GpuFact(ExecutionProvider.Cuda)]
    public void Should_read_new_pictures_when_a_lane_runs_twice_on_a_device()
    {
        using var detector = (IDetector)new OnnxModelRuntime().Load(Card(ExecutionProvider.Cuda), default);
        using TestPicture first = new(TestData.PathOf("coco_cc", "val", First(0))), second = new(TestData.PathOf("coco_cc", "val", First(1)));
        var (once, other, again) = (new Detection[100], new Detection[100], new Detection[100]);

        var count = detector.Detect(0, first.View, once);
        detector.Detect(0, second.View, other);
        var repeated = detector.Detect(0, first.View, again);

        Assert.Equal(once[..count], again[..repeated]);
        Assert.NotEqual(once, other);
    }

    [GpuFact(ExecutionProvider.TensorRt)]
    public void Should_build_an_engine_once_and_load_it_with_building_forbidden()
    {
        var (card, facts, machine) = Given(ExecutionProvider.TensorRt);
        Directory.CreateDirectory(_folder.File("draft"));
        Directory.CreateDirectory(_folder.File("timing"));
        var expected = Run(machine, card, facts, new TensorRtStage.Building(_folder.File("draft"), _folder.File("timing")));

        Directory.Move(_folder.File("draft"), _folder.File("entry"));
        var loading = new TensorRtStage.Loading(_folder.File("entry"));

        Assert.True(File.Exists(DevicePlan.PathOf(card, machine, loading)));
        AssertNear(expected, Run(machine, card, facts, loading));
        Assert.Throws<OnnxCallException>(() => Library.Open(card.Path, DevicePlan.TensorRt(card, facts, machine, "fp32", loading), default));
    }

    [GpuFact(ExecutionProvider.Cuda)]
    public void Should_give_each_crop_what_it_gets_alone_when_cuda_runs_several() => RunsBatches(ExecutionProvider.Cuda);

    [GpuFact(ExecutionProvider.TensorRt)]
    public void Should_give_each_crop_what_it_gets_alone_when_tensorrt_runs_several() => RunsBatches(ExecutionProvider.TensorRt);

    private void RunsBatches(ExecutionProvider provider)
    {
        var card = TestData.PpLcNet with { Providers = [provider], Batch = 4, Device = new DeviceSettings { Precision = DevicePrecision.Fp32, Tf32 = false, Batch = [4] } };
        using var model = (IClassifier)new OnnxModelRuntime(engines: new EngineSettings { Folder = _folder.File("engines") }).Load(card, default);
        TestPicture[] pictures = [.. Enumerable.Range(1, 7).Select(i => new TestPicture(224, 224, (x, y) => ((byte)(x * i), (byte)(y + i), (byte)(x ^ (y * i)))))];
        var (top, filled, alone) = (new Classification[7], new int[7], new Classification[1]);
        Assert.Equal(4, model.Batch);
        model.Classify(0, [.. pictures.Select(p => p.View)], top, filled);
        for (var i = 0; i < pictures.Length; i++)
        {
            model.Classify(0, pictures[i].View, alone);
            Assert.Equal(alone[0].Score, top[i].Score, Tolerance);
        }
        foreach (var picture in pictures) picture.Dispose();
    }

    private static ModelCard Card(ExecutionProvider provider) =>
        TestData.PicoDetS with { Providers = [provider], Device = new DeviceSettings { Precision = DevicePrecision.Fp32, Tf32 = false } };

    private static (ModelCard Card, ModelFacts Facts, ProviderMachine Machine) Given(ExecutionProvider provider)
    {
        var card = Card(provider);
        return (card, ModelFacts.Read(card), ProviderMachine.Of(Library));
    }

    private static void RunsAsOnTheProcessor(ExecutionProvider provider)
    {
        var (card, facts, machine) = Given(provider);
        using var device = Library.Open(card.Path, ProviderPlan.For(card, facts, machine, new ProviderCandidate(provider, "fp32"), arena: false), default);
        using var processor = Library.Open(card.Path, ProviderPlan.ForCpu(card, arena: false), default);
        AssertNear(EngineCheck.Run(processor, card.Input)[0], EngineCheck.Run(device, card.Input)[0]);
    }

    private static IReadOnlyList<float[]> Run(ProviderMachine machine, ModelCard card, ModelFacts facts, TensorRtStage stage)
    {
        using var session = Library.Open(DevicePlan.PathOf(card, machine, stage), DevicePlan.TensorRt(card, facts, machine, "fp32", stage), default);
        return EngineCheck.Run(session, card.Input)[0];
    }

    private static string First(int index) =>
        Path.GetFileName(Directory.GetFiles(TestData.PathOf("coco_cc", "val")).Order(StringComparer.Ordinal).ElementAt(index));

    private static void AssertNear(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> found)
    {
        Assert.Equal(expected.Select(e => e.Length), found.Select(f => f.Length));
        foreach (var (one, other) in expected.Zip(found))
        {
            var allowed = Tolerance * one.Max(MathF.Abs);
            Assert.All(one.Zip(other), pair => Assert.InRange(MathF.Abs(pair.First - pair.Second), 0, allowed));
        }
    }
}
