using ActorPipeline.Hosting.Commands;
using ActorPipeline.Onnx;
using ActorPipeline.Quantization;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>A folder with a model and pictures, and workers that are functions.</summary>
internal sealed class QuantizeKit : IDisposable
{
    public QuantizeKit()
    {
        Folder.Write("model.onnx", TinyOnnx.ChannelMeans(64, 64));
        foreach (var name in (string[])["calib", "val", "out"]) Directory.CreateDirectory(Folder.File(name));
    }

    public TestFolder Folder { get; } = new();

    public string Out => Folder.File("out/model.int8.onnx");

    public string Registry => Folder.File("cache/variants.json");

    /// <summary>What workers were asked for, and the folders they had for what they need meanwhile.</summary>
    public List<(QuantizationRequest Request, string Scratch)> Asked { get; } = [];

    public QuantizeArguments Arguments => new()
    {
        Model = Folder.File("model.onnx"), Kind = "classification", Calibrate = Folder.File("calib"), Evaluate = Folder.File("val"), Out = Out,
    };

    /// <summary>What the left files are called, without their folder.</summary>
    public IEnumerable<string?> Left => Directory.GetFiles(Folder.File("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    public void Dispose() => Folder.Dispose();

    /// <summary>A worker that publishes: it writes a model, and tells of it.</summary>
    public WorkerAnswer Publish(QuantizationRequest request)
    {
        File.WriteAllBytes(request.Output, TinyOnnx.ChannelMeans(32, 32));
        return new WorkerAnswer.Quantized(Reports.Published with
        {
            Model = request.Card.Path, ModelContent = Catalog.ModelFingerprint.Of(request.Card.Path).Hex, Output = request.Output, OutputContent = Catalog.ModelFingerprint.Of(request.Output).Hex,
        });
    }

    public async Task<CliResult> RunAsync(Func<QuantizationRequest, WorkerAnswer> answer, QuantizeArguments? arguments = null, params QuantizationProgress[] progress)
    {
        QuantizeWorker worker = (job, scratch, _, told, _) =>
        {
            Assert.True(Directory.Exists(scratch));
            File.WriteAllText(Path.Combine(scratch, "half"), "written");
            Asked.Add((job.Request, scratch));
            foreach (var at in progress) told(new WorkerProgress.Quantizing(at));
            return Task.FromResult(answer(job.Request));
        };
        return await RunAsync(worker, arguments ?? Arguments, default);
    }

    public async Task<CliResult> RunAsync(QuantizeWorker worker, QuantizeArguments arguments, CancellationToken interrupt)
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), Interactive: false);
        var code = await new QuantizeSession(arguments, terminal, worker, Registry).RunAsync(interrupt);
        return new CliResult(code, output.ToString(), error.ToString());
    }
}
