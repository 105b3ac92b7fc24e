using System.Text.Json;
using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Engines;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Synthetic;

namespace ActorPipeline.Workers;

public sealed class WorkerDeskSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly LinuxMemoryGauge _gauge = new();

    public void Dispose()
    {
        _gauge.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Should_measure_a_model_when_a_line_asks_for_it()
    {
        var card = TinyOnnx.Card(_folder.Write("tiny.onnx", TinyOnnx.ChannelMeans(64, 64)));
        var answer = new WorkerDesk(_ => new OnnxModelRuntime(), _gauge).Do(WorkerJson.Line(new WorkerJob.Measure(card, 2)), default);

        var measured = Assert.IsType<WorkerAnswer.Measured>(answer).Model;
        Assert.Equal(new FootprintKey(ModelFingerprint.Of(card.Path).Hex, ExecutionProvider.Cpu, "fp32", 1), measured.Key);
        Assert.Equal([1, 2], measured.Record.Run.Keys.Order());
        Assert.True(measured.Record is { IsComplete: true, Measured: true });
    }

    [Fact]
    public void Should_say_why_when_the_model_is_none()
    {
        var card = TinyOnnx.Card(_folder.Write("tiny.onnx", "no model at all"u8.ToArray()));
        var answer = new WorkerDesk(_ => new OnnxModelRuntime(), _gauge).Do(WorkerJson.Line(new WorkerJob.Measure(card, 1)), default);
        Assert.Equal(LoadFailure.NotAModel, Assert.IsType<WorkerAnswer.Failed>(answer).Failure);
    }

    [Fact]
    public void Should_say_why_when_a_run_fails()
    {
        var runtime = new SyntheticModelRuntime(TimeProvider.System).Add(new SyntheticModel(new ModelId("m")) { Fails = call => call.Number == 3 });
        var card = new ModelCard { Id = new ModelId("m"), Path = "", Kind = ModelKind.PicoDet };
        var answer = new WorkerDesk(_ => runtime, _gauge).Do(WorkerJson.Line(new WorkerJob.Measure(card, 1)), default);
        var failed = Assert.IsType<WorkerAnswer.Failed>(answer);
        Assert.Contains("declared to fail", failed.Reason, StringComparison.Ordinal);
        Assert.Null(failed.Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"do\":\"dance\"}")]
    [InlineData("{\"do\":\"measure\"}")]
    [InlineData("{\"do\":\"measure\",\"lanes\":2,\"card\":{}}")]
    [InlineData("{\"do\":\"build\",\"card\":{\"id\":\"m\",\"path\":\"m.onnx\",\"kind\":\"PicoDet\"}}")]
    public void Should_say_so_when_it_does_not_understand(string line)
    {
        var answer = new WorkerDesk(_ => new OnnxModelRuntime(), _gauge).Do(line, default);
        Assert.Contains("does not understand", Assert.IsType<WorkerAnswer.Failed>(answer).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_build_with_the_engines_and_the_library_that_the_job_names_when_a_line_asks_for_it()
    {
        var asked = new EngineSettings { Folder = "/engines", Limit = Bytes.MiB(128) };
        var seen = new List<(EngineSettings, string)>();
        var runtime = new SyntheticModelRuntime(TimeProvider.System).Add(new SyntheticModel(new ModelId("m")));
        var card = new ModelCard { Id = new ModelId("m"), Path = "", Kind = ModelKind.PicoDet };

        var line = WorkerJson.Line(new WorkerJob.Build(card) { Engines = asked, Library = "/opt/own.so" });
        var answer = new WorkerDesk(job => { seen.Add((job.Engines, job.Library)); return runtime; }, _gauge).Do(line, default);

        Assert.Equal(EngineUse.None, Assert.IsType<WorkerAnswer.Built>(answer).Engine.Use);
        Assert.Equal((asked, "/opt/own.so"), Assert.Single(seen));
        Assert.Equal(WorkerJson.Line(answer), WorkerJson.Line(WorkerJson.Answer(WorkerJson.Line(answer))));
    }

    [Fact]
    public void Should_lose_nothing_when_a_card_goes_through_a_line()
    {
        var card = new ModelCard
        {
            Id = new ModelId("m"), Path = "/models/m.onnx", Kind = ModelKind.Yolox, Providers = [ExecutionProvider.TensorRt, ExecutionProvider.Cpu], LabelsPath = "/l.txt",
            Input = new InputSettings { Channels = ChannelOrder.Bgr, Mean = [1, 2, 3], Std = [4, 5, 6.5f], Resize = ResizeMode.Letterbox },
            ScoreThreshold = 0.1f, NmsIou = 0.2f, MaxDetections = 7, Top = 3, Pin = true, Priority = -4,
        };
        var line = WorkerJson.Line(new WorkerJob.Measure(card, 2));
        Assert.DoesNotContain('\n', line);
        Assert.Equal(line, WorkerJson.Line(WorkerJson.Job(line)));
        var back = Assert.IsType<WorkerJob.Measure>(WorkerJson.Job(line)).Card;
        Assert.Equal((card.Id, card.Path, card.Kind, card.LabelsPath, card.ScoreThreshold, card.NmsIou), (back.Id, back.Path, back.Kind, back.LabelsPath, back.ScoreThreshold, back.NmsIou));
        Assert.Equal((card.MaxDetections, card.Top, card.Pin, card.Priority), (back.MaxDetections, back.Top, back.Pin, back.Priority));
        Assert.Equal(card.Providers, back.Providers);
        Assert.Equal((card.Input.Channels, card.Input.Resize), (back.Input.Channels, back.Input.Resize));
        Assert.Equal(card.Input.Mean.Concat(card.Input.Std), back.Input.Mean.Concat(back.Input.Std));
        Assert.Throws<JsonException>(() => WorkerJson.Answer(line));
    }
}
