using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Managed;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx.Capi;

/// <summary>Real models by the C interface of released versions, against the managed wrapper.</summary>
public sealed class CapiModelSpecs
{
    private const float Tolerance = 1e-4f;

    [DataTheory]
    [Runtime("1.16.3")]
    [Runtime("1.20.1")]
    [Runtime("1.23.2")]
    [Runtime("1.30.0")]
    [Runtime(Runtimes.Packaged)]
    public void Should_give_what_the_managed_wrapper_gives_when_it_runs_a_real_model(string version)
    {
        OnnxEnvironment.Require(null);
        foreach (var card in new[] { TestData.PicoDetS, TestData.PpLcNet, TestData.SqueezeNet })
        {
            using var wrapped = ManagedLibrary.Instance.Open(card.Path, SessionRig.Plan, default);
            using var session = Runtimes.Library(version).Open(card.Path, SessionRig.Plan, default);
            Assert.Equal(wrapped.Inputs.Select(t => $"{t}"), session.Inputs.Select(t => $"{t}"));
            Assert.Equal(wrapped.Outputs.Select(t => $"{t}"), session.Outputs.Select(t => $"{t}"));
            using SessionRig expected = new(wrapped), found = new(session);
            for (var seed = 0; seed < 3; seed++) Assert.InRange(SessionRig.Difference(expected.Run(seed), found.Run(seed)), 0, Tolerance);
        }
    }

    [DataTheory]
    [Runtime("1.16.3")]
    [Runtime("1.30.0")]
    [Runtime(Runtimes.Packaged)]
    public void Should_give_the_same_when_two_lanes_run_at_once(string version)
    {
        using var session = Runtimes.Library(version).Open(TestData.PpLcNet.Path, SessionRig.Plan, default);
        using SessionRig first = new(session), second = new(session);
        float[][] alone = first.Run(1)[0..1], other = second.Run(2)[0..1];
        Parallel.Invoke(
            () => { for (var i = 0; i < 20; i++) Assert.Equal(alone[0], first.Run(1)[0]); },
            () => { for (var i = 0; i < 20; i++) Assert.Equal(other[0], second.Run(2)[0]); });
    }

    [DataTheory]
    [Runtime("1.16.3")]
    [Runtime("1.20.1")]
    [Runtime("1.23.2")]
    [Runtime("1.30.0")]
    public void Should_build_an_engine_of_its_own_and_find_it_again_when_an_older_library_is_used(string version)
    {
        using var folder = new TestFolder();
        using var picture = new TestPicture(320, 320, (x, y) => ((byte)x, (byte)y, (byte)(x ^ y)));
        foreach (var card in new[] { TestData.PpLcNet, TestData.PicoDetS })
        {
            var uses = new List<EngineUse>();
            for (var i = 0; i < 2; i++)
            {
                using var model = new OnnxModelRuntime(arena: true, pool: true, engines: new EngineSettings { Folder = folder.Path }, library: Runtimes.PathOf(version)!).Load(card, default);
                uses.Add(model.Report.Engine);
                if (model is IClassifier classifier) Assert.Equal(1, classifier.Classify(0, picture.View, new Classification[1]));
                else ((IDetector)model).Detect(0, picture.View, new Detection[10]);
            }
            Assert.Equal([EngineUse.Built, EngineUse.Hit], uses);
        }
    }

    [DataTheory]
    [Runtime("1.16.3")]
    [Runtime("1.30.0")]
    public void Should_give_each_crop_what_it_gets_alone_when_an_older_library_runs_several(string version)
    {
        using TestPicture first = new(224, 224, (x, y) => ((byte)x, (byte)y, (byte)(x ^ y))), second = new(224, 224, (x, y) => ((byte)y, (byte)(x * y), (byte)x));
        using var model = (IClassifier)new OnnxModelRuntime(library: Runtimes.PathOf(version)!).Load(TestData.PpLcNet with { Batch = 2 }, default);
        var (expected, found) = (new Classification[3], new Classification[3]);
        ImageView[] crops = [first.View, second.View, first.View];
        for (var i = 0; i < crops.Length; i++) model.Classify(0, crops[i], expected.AsSpan(i, 1));
        model.Classify(0, crops, found, new int[3]);
        for (var i = 0; i < crops.Length; i++) Assert.Equal((expected[i].ClassIndex, expected[i].Score), (found[i].ClassIndex, found[i].Score), (a, b) => a.ClassIndex == b.ClassIndex && Math.Abs(a.Score - b.Score) < Tolerance);
    }

    [DataTheory]
    [Runtime("1.16.3")]
    [Runtime("1.30.0")]
    public void Should_classify_as_ever_when_the_configuration_names_an_older_library(string version)
    {
        using var picture = new TestPicture(224, 224, (x, y) => ((byte)x, (byte)y, (byte)(x ^ y)));
        var (expected, found) = (new Classification[5], new Classification[5]);
        using (var usual = (IClassifier)new OnnxModelRuntime().Load(TestData.SqueezeNet, default)) usual.Classify(0, picture.View, expected);
        using (var older = (IClassifier)new OnnxModelRuntime(library: Runtimes.PathOf(version)!).Load(TestData.SqueezeNet, default))
        {
            Assert.Equal(ExecutionProvider.Cpu, older.Report.Provider);
            older.Classify(0, picture.View, found);
        }
        Assert.Equal(expected.Select(c => c.ClassIndex), found.Select(c => c.ClassIndex));
    }
}
