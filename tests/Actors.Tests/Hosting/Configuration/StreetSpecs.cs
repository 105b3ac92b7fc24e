using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Configuration;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class StreetSpecs
{
    private static readonly string Street = Given.File("hocon/street.conf");

    private static ConfigurationResult Read(string text, string? data = "../data") =>
        ActorPipelineConfiguration.Read(text, "hocon/street.conf", name => name == "ACTORPIPELINE_DATA" ? data : null, null, "hocon");

    [Fact]
    public void Should_give_the_main_job_when_the_data_folder_is_set()
    {
        var result = Read(Street);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        var detector = result.Settings!.Models[new ModelId("detector")];
        Assert.Equal("../data/models/picodet_s_320_coco.onnx", detector.Path);
        Assert.Equal("../data/labels/coco80.txt", detector.LabelsPath);
        Assert.Equal([ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu], detector.Providers);
        var classifier = result.Settings.Models[new ModelId("classifier")];
        Assert.Equal((ModelKind.Classification, ChannelOrder.Bgr), (classifier.Kind, classifier.Input.Channels));
        Assert.Equal([104f, 117f, 123f], classifier.Input.Mean);
        var street = Assert.Single(result.Settings.Pipelines);
        Assert.Equal(["person", "car", "truck", "bus", "bicycle", "motorcycle"], street.Only);
        Assert.Equal(["results.jsonl", "annotated.avi"], street.Sinks.Select(sink => sink.Path));
        Assert.Equal("../data/video/vtest.avi", street.Source);
    }

    [Fact]
    public void Should_give_three_models_behind_each_other_when_it_reads_text()
    {
        var result = ActorPipelineConfiguration.Read(Given.File("hocon/read-text.conf"), "hocon/read-text.conf", _ => "ocr", null, "hocon");

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        Assert.Equal([ModelKind.Db, ModelKind.Classification, ModelKind.Ctc], result.Settings!.Models.Values.Select(card => card.Kind));
        Assert.Equal((480, 48, ResizeMode.Line), result.Settings.Models[new ModelId("reader")].Input is var input ? (input.Width, input.Height, input.Resize) : default);
        var text = Assert.Single(result.Settings.Pipelines);
        Assert.Equal(["orientation", "reader"], text.Classify.Select(id => id.Value));
        Assert.Equal(("reader", "orientation"), Assert.Single(text.Uses) is var (reader, use) ? (reader.Value, use.Upright?.Value) : default);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Should_name_the_variable_at_every_place_when_it_is_not_set(string? data)
    {
        var result = Read(Street, data);

        Assert.Null(result.Settings);
        Assert.Equal(5, result.Errors.Count);
        Assert.All(result.Errors, error => Assert.Equal("environment variable ACTORPIPELINE_DATA is not set", error.Message));
        Assert.Matches(@"^hocon/street\.conf:\d+:14: actor-pipeline\.models\.detector\.path: environment", result.Errors[0].ToString());
    }

    [Property(MaxTest = 500)]
    public Property Should_give_settings_or_errors_when_the_text_is_torn_apart() => Prop.ForAll(Torn().ToArbitrary(), text =>
    {
        var result = Read(text);
        return result.IsValid ? result.Errors.Count == 0 : result.Errors.Count > 0 && result.Errors.All(error => error.Message.Length > 0);
    });

    /// <summary>Street.conf with some pieces cut out, doubled, moved, or replaced by what HOCON takes for special.</summary>
    private static Gen<string> Torn()
    {
        string[] rubbish =
        [
            "{", "}", "[", "]", "\"", "\"\"\"", "${", "${?", "}", "=", ":", ",", "+=", ".", "..", "\n", "\r", "#", "//", "\\", "\\u12", "\0", "\uD800", "$", "include \"x\"",
            "null", "-1", "1e999", "NaN", "${actor-pipeline}", "${actor-pipeline.models}", "${?actor-pipeline.pipelines.street}", "actor-pipeline", " ", "9999999999999999999 GiB", "é", "[[[[", "{{{{",
        ];
        var position = Gen.Choose(0, Street.Length - 1);
        var tear =
            from kind in Gen.Choose(0, 3)
            from at in position
            from length in Gen.Choose(0, 60)
            from to in position
            from piece in Gen.Elements(rubbish)
            select (kind, at, length, to, piece);
        return from count in Gen.Choose(1, 8)
               from tears in tear.ListOf(count)
               select tears.Aggregate(Street, (text, t) => Tear(text, t.kind, t.at, t.length, t.to, t.piece));
    }

    private static string Tear(string text, int kind, int at, int length, int to, string piece)
    {
        at = Math.Min(at, text.Length);
        to = Math.Min(to, text.Length);
        var cut = text.Substring(at, Math.Min(length, text.Length - at));
        return kind switch
        {
            0 => text.Insert(at, piece),
            1 => text.Remove(at, cut.Length),
            2 => text.Insert(to, cut),
            _ => text.Remove(at, cut.Length).Insert(at, piece),
        };
    }
}
