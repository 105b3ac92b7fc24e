using System.Text;
using System.Text.Json.Nodes;
using ActorPipeline.Catalog;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>What is read of an index, and that docs/index.schema.json says the same.</summary>
public sealed class IndexReaderSpecs
{
    private static readonly Uri Address = new("https://box/models/index.json");

    [Fact]
    public void Should_have_everything_when_everything_is_said()
    {
        var model = Model();
        model["input"] = JsonNode.Parse("""{ "channels": "bgr", "mean": [1, 2.5, -3], "std": [1, 1, 2], "resize": "letterbox", "width": 320, "height": 64 }""");
        model["files"]!.AsArray().Add(SignedIndex.File("data", "graph.onnx_data", [1], "https://other/weights?key=1"));

        var index = Read(SignedIndex.Of(model));

        Assert.Equal(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero), index.IssuedAt);
        var read = Assert.Single(index.Models);
        Assert.Equal(("finder-s_2", "finds things", ModelKind.PicoDet, 6), (read.Name, read.Description, read.Kind, read.Size));
        Assert.Equal(new Licence("Apache-2.0", new Uri("https://example.org/licence"), null), read.Licence);
        Assert.Equivalent(new InputSettings { Channels = ChannelOrder.Bgr, Mean = [1, 2.5f, -3], Std = [1, 1, 2], Resize = ResizeMode.Letterbox, Width = 320, Height = 64 }, read.Input, strict: true);
        Assert.Equal(("graph.onnx", "labels.txt"), (read.Graph.Name, read.Labels!.Name));
        Assert.Equal(["https://box/models/graph.onnx", "https://box/models/labels.txt", "https://other/weights?key=1"], read.Files.Select(f => f.Address.AbsoluteUri));
    }

    [Fact]
    public void Should_take_what_is_usual_for_the_kind_when_the_input_is_not_said()
    {
        var model = Model();
        model["kind"] = "yolox";

        Assert.Equivalent(InputSettings.DefaultFor(ModelKind.Yolox), Read(SignedIndex.Of(model)).Models[0].Input, strict: true);
    }

    [Theory]
    [InlineData("", "format", "2", "it is of format 2, and this program reads format 1")]
    [InlineData("", "format", "\"1\"", "format has to be 1")]
    [InlineData("", "issuedAt", "\"2026-11-01\"", "issuedAt has to be a time such as")]
    [InlineData("", "issuedAt", null, "issuedAt")]
    [InlineData("", "models", "[]", "models has to be a list of 1 to 1000")]
    [InlineData("", "models", "[null]", "models[0] has to be an object")]
    [InlineData("", "more", "1", "more")]
    [InlineData("m", "name", "\"../etc\"", "models[0].name has to be")]
    [InlineData("m", "name", "\"\"", "models[0].name has to be")]
    [InlineData("m", "name", "\"-rf\"", "models[0].name has to be")]
    [InlineData("m", "name", "null", "name")]
    [InlineData("m", "description", "\"a\\nb\"", "models[0].description has to be a line")]
    [InlineData("m", "description", "\"\\u001b[2J\"", "models[0].description has to be a line")]
    [InlineData("m", "kind", "\"PicoDet\"", "models[0].kind has to be one of picodet")]
    [InlineData("m", "licence", "null", "licence")]
    [InlineData("m", "licence", """{ "id": "Apache-2.0" }""", "models[0].licence has to be either url or text")]
    [InlineData("m", "licence", """{ "id": "Apache-2.0", "url": "https://a/", "text": "b" }""", "models[0].licence has to be either url or text")]
    [InlineData("m", "licence", """{ "id": "", "text": "b" }""", "models[0].licence.id has to be an SPDX")]
    [InlineData("m", "licence", """{ "id": "A", "text": "\u001b]0;" }""", "models[0].licence.text has to be")]
    [InlineData("m", "licence", """{ "id": "A", "url": "file:///etc/passwd" }""", "models[0].licence.url has to be an address")]
    [InlineData("m", "input", """{ "mean": [1, 2] }""", "models[0].input.mean has to be three numbers")]
    [InlineData("m", "input", """{ "mean": [1, 2, 1e30] }""", "models[0].input.mean has to be three numbers")]
    [InlineData("m", "input", """{ "std": [1, 0, 1] }""", "models[0].input.std has to be three numbers")]
    [InlineData("m", "input", """{ "width": 0 }""", "models[0].input.width has to be 1 to 8192")]
    [InlineData("m", "input", """{ "channels": "gbr" }""", "models[0].input.channels has to be one of rgb, bgr")]
    [InlineData("m", "input", """{ "means": [1, 2, 3] }""", "means")]
    [InlineData("m", "files", "[]", "models[0].files has to be a list of 1 to 32")]
    [InlineData("m", "files", "[null]", "models[0].files[0] has to be an object")]
    [InlineData("f", "role", "\"weights\"", "models[0].files[0].role has to be one of model, labels, data")]
    [InlineData("f", "role", "\"labels\"", "models[0].files has to be a list with one file of role model")]
    [InlineData("f", "name", "\"/etc/passwd\"", "models[0].files[0].name has to be a file's name")]
    [InlineData("f", "name", "\".ssh\"", "models[0].files[0].name has to be a file's name")]
    [InlineData("f", "name", "\"a\\\\b\"", "models[0].files[0].name has to be a file's name")]
    [InlineData("f", "url", "\"a b\"", "models[0].files[0].url has to be an address")]
    [InlineData("f", "size", "0", "models[0].files[0].size has to be 1 to")]
    [InlineData("f", "size", "1099511627777", "models[0].files[0].size has to be 1 to")]
    [InlineData("f", "size", "\"5\"", "size")]
    [InlineData("f", "sha256", "\"ABCD\"", "models[0].files[0].sha256 has to be 64 small")]
    public void Should_be_refused_by_reader_and_schema_alike_when_something_is_wrong(string where, string key, string? value, string expected)
    {
        var index = SignedIndex.Of(Model());
        var place = where switch { "m" => index["models"]![0]!, "f" => index["models"]![0]!["files"]![0]!, _ => index };
        if (value is null) place.AsObject().Remove(key);
        else place[key] = JsonNode.Parse(value);

        Assert.Contains(expected, Assert.Throws<PullException>(() => Read(index)).Message, StringComparison.Ordinal);
        Assert.False(IndexSchema.Takes(index));
    }

    // A schema has no word for these; in .NET's expressions '$' lets the end of a line pass.
    [Theory]
    [InlineData("name", "\"a\\n\"", "models[0].files[0].name has to be a file's name")]
    [InlineData("name", "\"LABELS.TXT\"", "without two of one name")]
    [InlineData("url", "\"file:///etc/passwd\"", "has to be an address, http or https")]
    [InlineData("url", "\"http://[\"", "has to be an address, http or https")]
    public void Should_be_refused_by_the_reader_when_what_the_schema_cannot_say_is_wrong(string key, string value, string expected)
    {
        var index = SignedIndex.Of(Model());
        index["models"]![0]!["files"]![0]![key] = JsonNode.Parse(value);

        Assert.Contains(expected, Assert.Throws<PullException>(() => Read(index)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_be_refused_when_two_models_have_one_name() =>
        Assert.Contains("without two of one name", Assert.Throws<PullException>(() => Read(SignedIndex.Of(Model(), Model()))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[[[[[[[[[[1]]]]]]]]]]")]
    [InlineData("""{ "format": 1, "format": 1, "issuedAt": "2026-11-01T12:00:00Z", "models": [] }""")]
    public void Should_be_refused_when_it_is_no_such_json(string text) => Assert.Throws<PullException>(() => IndexReader.Read(Encoding.UTF8.GetBytes(text), Address));

    [Fact]
    public void Should_be_read_as_the_schema_has_it_when_all_is_well()
    {
        foreach (var change in (Action<JsonObject>[])[_ => { }, m => m["input"] = new JsonObject(), m => m["licence"] = JsonNode.Parse("""{ "id": "LicenseRef-own", "text": "Do\n\tgood." }""")])
        {
            var model = Model();
            change(model);
            var index = SignedIndex.Of(model);
            Assert.True(IndexSchema.Takes(index));
            Assert.Single(Read(index).Models);
        }
    }

    private static JsonObject Model() => SignedIndex.Model("finder-s_2", SignedIndex.File("model", "graph.onnx", [1, 2, 3]), SignedIndex.File("labels", "labels.txt", [4, 5]));

    private static ModelIndex Read(JsonNode index) => IndexReader.Read(Encoding.UTF8.GetBytes(index.ToJsonString()), Address);
}
