using System.Text.Json;
using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Onnx;
using ActorPipeline.Quantization;

namespace ActorPipeline.Workers;

/// <summary>The job of quantising, as it goes to a worker, is done there, and is answered.</summary>
public sealed class WorkerQuantizingSpecs : IDisposable
{
    private static readonly QuantizationRequest Request = new()
    {
        Card = new ModelCard { Id = new ModelId("m"), Path = "/models/m.onnx", Kind = ModelKind.Yolox, LabelsPath = "/l.txt", ScoreThreshold = 0.2f },
        Calibrate = "/pictures/calib", Evaluate = "/pictures/val", Truth = "/val.json", CalibrateTruth = "/calib.json", Profile = QuantizationProfile.TensorRt,
        Scheme = QuantizationScheme.Dynamic, Methods = [RangeMethod.Percentile, RangeMethod.MinMax], MaxLoss = 0.25, Unproven = true, Output = "/out.onnx", Library = "/own.so",
    };

    private readonly LinuxMemoryGauge _gauge = new();
    private readonly List<string> _progress = [];

    public void Dispose() => _gauge.Dispose();

    [Fact]
    public void Should_lose_nothing_when_a_request_goes_through_a_line()
    {
        var line = WorkerJson.Line(new WorkerJob.Quantize(Request));
        var back = Assert.IsType<WorkerJob.Quantize>(WorkerJson.Job(line));

        Assert.DoesNotContain('\n', line);
        Assert.Equivalent(Request, back.Request, strict: true);
        Assert.Equal(("m", line), (back.Model.Value, WorkerJson.Line(back)));
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(line, "\"scoreThreshold\""));
    }

    [Fact]
    public void Should_lose_nothing_when_a_report_goes_through_a_line()
    {
        var line = WorkerJson.Line(new WorkerAnswer.Quantized(Reports.Published));
        Assert.DoesNotContain('\n', line);
        Assert.Equivalent(Reports.Published, Assert.IsType<WorkerAnswer.Quantized>(WorkerJson.Answer(line)).Report, strict: true);
        Assert.Null(WorkerJson.Progress(line));
    }

    [Fact]
    public void Should_know_progress_from_all_else_when_a_worker_says_something()
    {
        var at = new QuantizationProgress(QuantizationPhase.Sensitivity, 3, 12, "head.cls: 9.8 dB");
        var line = WorkerJson.Line(new WorkerProgress.Quantizing(at));

        Assert.Equal(new WorkerProgress.Quantizing(at), WorkerJson.Progress(line));
        Assert.Throws<JsonException>(() => WorkerJson.Answer(line));
        foreach (var other in (string[])["", "chatter", "{}", "{\"progress\":\"dancing\"}", "{\"progress\":\"quantizing\"}", line[..^3]]) Assert.Null(WorkerJson.Progress(other));
    }

    [Fact]
    public void Should_quantise_and_say_how_far_it_is_when_a_line_asks_for_it()
    {
        var answer = Do((request, progress, _) =>
        {
            Assert.Equivalent(Request, request, strict: true);
            progress(new QuantizationProgress(QuantizationPhase.Read, 0, 1));
            progress(new QuantizationProgress(QuantizationPhase.Read, 1, 1, "66 layers"));
            return Reports.Refused;
        });

        Assert.Equal(Reports.Refused, Assert.IsType<WorkerAnswer.Quantized>(answer).Report);
        Assert.Equal(["Read 0/1 ", "Read 1/1 66 layers"], _progress);
    }

    [Fact]
    public void Should_blame_the_input_when_the_model_or_the_pictures_will_not_do()
    {
        var answer = Do((_, _, _) => throw new QuantizationException("the folder is empty"));
        Assert.Equal(new WorkerAnswer.Failed("the folder is empty", null) { BadInput = true }, answer);
        Assert.Equal(answer, WorkerJson.Answer(WorkerJson.Line(answer)));
    }

    [Fact]
    public void Should_blame_itself_when_memory_or_the_disk_is_full()
    {
        Assert.Equal(new WorkerAnswer.Failed("there was not enough memory", null), Do((_, _, _) => throw new OutOfMemoryException()));
        Assert.Equal(new WorkerAnswer.Failed("the disk is full", null), Do((_, _, _) => throw new IOException("the disk is full")));
    }

    [Fact]
    public void Should_be_ended_when_it_is_cancelled() =>
        Assert.ThrowsAny<OperationCanceledException>(() => Do((_, _, _) => throw new OperationCanceledException()));

    private WorkerAnswer Do(Func<QuantizationRequest, Action<QuantizationProgress>, CancellationToken, QuantizationReport> quantize) =>
        new WorkerDesk(_ => new OnnxModelRuntime(), _gauge)
        {
            Quantize = quantize,
            Progress = p => _progress.Add(p is WorkerProgress.Quantizing(var at) ? $"{at.Phase} {at.Done}/{at.Total} {at.Text}" : "?"),
        }.Do(WorkerJson.Line(new WorkerJob.Quantize(Request)), default);
}
