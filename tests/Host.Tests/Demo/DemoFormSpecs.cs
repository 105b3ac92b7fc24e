using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Readme;

namespace ActorPipeline.Hosting.Demo;

/// <summary>The first frames of the demo with its models in either form.</summary>
public sealed class DemoFormSpecs : IDisposable
{
    private const int Frames = 40;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fp32", "fp32")]
    [InlineData("int8", "int8")]
    [InlineData("int8", "fp32")]
    [InlineData("fp32", "int8")]
    public async Task Should_run_in_the_forms_that_are_set_and_name_the_items_when_it_is_told_to(string detector, string classifier)
    {
        var result = await Cli.RunAsync(
            "demo", "--frames", $"{Frames}", "--out", _folder.File("out"), "--json", "--set", $"actor-pipeline.models.detector.form={detector}", "--set", $"actor-pipeline.models.classifier.form={classifier}");

        Assert.True(result.Code == 0, result.Error);
        Assert.Equal((detector, classifier), (Variant(result.Json, "detector"), Variant(result.Json, "classifier")));
        var truth = result.Json["truth"]!;
        Assert.InRange((double)truth["foundShare"]!, 0.95, 1);
        Assert.InRange((double)truth["labelledRightShare"]!, 0.75, 1);
    }

    [Fact]
    public void Should_come_with_the_reports_of_both_forms()
    {
        foreach (var name in (string[])["detector", "classifier"])
        {
            var report = Quantization.QuantizationReportJson.Parse(File.ReadAllText(Path.Combine(ReadmeText.Root, "demo", $"{name}.int8.json")));
            Assert.True(report is { Published: true, MaxLoss: <= 1 });
            Assert.Equal(Catalog.ModelFingerprint.Of(Path.Combine(ReadmeText.Root, "demo", $"{name}.onnx")).Hex, report.ModelContent);
            Assert.Equal(Catalog.ModelFingerprint.Of(Path.Combine(ReadmeText.Root, "demo", $"{name}.int8.onnx")).Hex, report.OutputContent);
        }
    }

    private static string? Variant(JsonObject summary, string model) => (string?)summary["models"]![model]!["variant"];
}
