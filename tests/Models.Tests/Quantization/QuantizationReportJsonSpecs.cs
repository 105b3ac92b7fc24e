using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorPipeline.Quantization;

public sealed class QuantizationReportJsonSpecs
{
    [Fact]
    public void Should_lose_nothing_when_a_report_goes_through_its_text()
    {
        var text = QuantizationReportJson.Line(Reports.Published);
        Assert.DoesNotContain('\n', text);
        Assert.Equivalent(Reports.Published, QuantizationReportJson.Parse(text), strict: true);
        Assert.Equal(text, QuantizationReportJson.Line(QuantizationReportJson.Parse(QuantizationReportJson.Indented(Reports.Published))));
    }

    [Fact]
    public void Should_say_what_follows_from_the_rest_too_when_programs_read_it()
    {
        var json = JsonNode.Parse(QuantizationReportJson.Line(Reports.Published))!;
        Assert.True((bool)json["published"]!);
        Assert.Equal(0.5, (double)json["accuracy"]!["loss"]!, 6);
        Assert.Equal(1_420_000.0 / 4_040_569, (double)json["gain"]!["fileShare"]!, 9);
        Assert.Equal(("picodet", "cpu", "static", "entropy"), ((string)json["kind"]!, (string)json["profile"]!, (string)json["scheme"]!, (string)json["method"]!));
        Assert.False((bool)JsonNode.Parse(QuantizationReportJson.Line(Reports.Refused))!["published"]!);
    }

    [Fact]
    public void Should_lose_nothing_when_a_layer_differs_in_nothing()
    {
        var perfect = Reports.Published with { Layers = [Reports.Published.Layers[0] with { SignalToNoise = double.PositiveInfinity }] };
        Assert.Equal(double.PositiveInfinity, QuantizationReportJson.Parse(QuantizationReportJson.Line(perfect)).Layers[0].SignalToNoise);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("rubbish")]
    public void Should_say_so_when_a_text_is_no_report(string text) => Assert.Throws<JsonException>(() => QuantizationReportJson.Parse(text));
}
