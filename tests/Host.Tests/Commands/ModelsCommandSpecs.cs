using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Onnx;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>models list</c> and <c>models add</c>, with real files and real workers.</summary>
public sealed class ModelsCommandSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_configuration_and_a_folder_are_listed()
    {
        var config = Config();
        Directory.CreateDirectory(_folder.File("more"));
        _folder.Write("more/detector.onnx", Yolov8());
        _folder.Write("more/not.onnx", "no model"u8.ToArray());
        _folder.Write("more/read.me", "no model either"u8.ToArray());

        var result = await Cli.RunAsync("models", "list", "--config", config, _folder.File("more"), "--json");

        Assert.True(result.Code == 0, result.Error);
        var models = result.Json["models"]!.AsArray();
        Assert.Equal(["names", "gone", "detector.onnx", "not.onnx"], models.Select(m => (string)m!["name"]!));
        Assert.Equal(["classification", "yolox", "yolov8", null], models.Select(m => (string?)m!["kind"]));
        Assert.Equal([3, null, 3, null], models.Select(m => (int?)m!["labels"]));
        Assert.Equal(["[64,64]", null, "[64,64]", null], models.Select(m => m!["input"]?.ToJsonString()));
        Assert.Equal(["declared", null, null, null], models.Select(m => (string?)m!["footprint"]));
        Assert.Equal(["[\"fp32\"]", "[]", "[]", "[]"], models.Select(m => m!["forms"]!.ToJsonString()));
        Assert.Equal([false, true, false, true], models.Select(m => m!["fault"] is not null));

        var table = await Cli.RunAsync("models", "list", "--config", config);
        Assert.Contains("names", table.Out, StringComparison.Ordinal);
        Assert.Contains("64 x 64", table.Out, StringComparison.Ordinal);
        Assert.Contains("does not exist", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_proposed_measured_and_written_to_a_new_file_alone()
    {
        var (model, card, footprints) = (_folder.Write("found here.onnx", Yolov8()), _folder.File("card.conf"), _folder.File("footprints.json"));
        var labels = _folder.WriteText("labels.txt", "a\nb\nc\n");
        var config = _folder.WriteText("budget.conf", $$"""actor-pipeline { memory { budget = 128 MiB, footprints = "{{footprints}}" }, models.names { path = "{{model}}", kind = yolov8 } }""");

        var result = await Cli.RunAsync("models", "add", model, "--labels", labels, "--out", card, "--config", config, "--json");

        Assert.True(result.Code == 0, result.Error);
        Assert.Equal(("found_here", "yolov8", 3), ((string)result.Json["name"]!, (string)result.Json["kind"]!, (int)result.Json["classes"]!));
        Assert.Equal("cpu", (string)result.Json["measured"]!["models"]!["found_here"]!["provider"]!);
        Assert.True(File.Exists(footprints));
        var read = ActorPipelineConfiguration.Read(await File.ReadAllTextAsync(card), card, _ => null);
        Assert.Empty(read.Errors);
        var proposed = read.Settings!.Models[new ModelId("found_here")];
        Assert.Equal((model, ModelKind.Yolov8, labels), (proposed.Path, proposed.Kind, proposed.LabelsPath));

        await File.WriteAllTextAsync(card, "mine");
        var again = await Cli.RunAsync("models", "add", model, "--out", card, "--no-measure");
        Assert.Equal(2, again.Code);
        Assert.Contains("is there already", again.Error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(card));
    }

    [Theory]
    [InlineData("no kind", "those of no kind", "odd.onnx")]
    [InlineData("another kind", "no yolov5 model", "fine.onnx", "--kind", "yolov5")]
    [InlineData("no such kind", "--kind takes one of picodet", "fine.onnx", "--kind", "cat")]
    [InlineData("no file", "does not exist", "nowhere.onnx")]
    [InlineData("no model", "no whole ONNX model", "text.onnx")]
    [InlineData("no labels", "is not there", "fine.onnx", "--labels", "nowhere.txt")]
    [InlineData("no name", "--name takes letters", "fine.onnx", "--name", "a b")]
    public async Task What_is_wrong_is_said(string what, string expected, string file, params string[] more)
    {
        _folder.Write("fine.onnx", Yolov8());
        _folder.Write("odd.onnx", TinyOnnx.Identity(1, 3, 8, 8));
        _folder.WriteText("text.onnx", "no model");
        var result = await Cli.RunAsync(["models", "add", _folder.File(file), "--no-measure", .. more]);
        Assert.True(result.Code == 2, what);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_list_is_said()
    {
        Assert.Equal(2, (await Cli.RunAsync("models", "list")).Code);
        var nowhere = await Cli.RunAsync("models", "list", _folder.File("nowhere"));
        Assert.Equal(2, nowhere.Code);
        Assert.Contains("nowhere", nowhere.Error, StringComparison.Ordinal);
    }

    private static byte[] Yolov8() => TinyOnnx.Gives(64, 64, ("out", TinyOnnx.Float, TinyOnnx.Floats(0, 7 * 84), [1, 7, 84]));

    private string Config() => _folder.WriteText("models.conf", $$"""
        actor-pipeline.models {
          names {
            path = "{{_folder.Write("names.onnx", TinyOnnx.ChannelMeans(64, 64))}}", kind = classification, labels = "{{_folder.WriteText("names.txt", "a\nb\nc\n")}}"
            footprint { load = 1 MiB, resident = 1 MiB, run = 1 MiB }
          }
          gone { path = "{{_folder.File("gone.onnx")}}", kind = yolox }
        }
        """);
}
