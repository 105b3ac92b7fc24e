using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Onnx;

namespace ActorPipeline.Hosting.Pulling;

/// <summary><c>models pull</c> and <c>models index</c> against a real server.</summary>
public sealed class ModelsPullCommandSpecs : IAsyncLifetime
{
    private static readonly byte[] Graph = TinyOnnx.Gives(64, 64, ("out", TinyOnnx.Float, TinyOnnx.Floats(0, 7 * 84), [1, 7, 84]));
    private static readonly byte[] Labels = "a\nb\nc\n"u8.ToArray();

    private readonly TestFolder _folder = new();
    private SignedIndex _signed = null!;
    private ModelServer _server = null!;

    private string Models => _folder.File("models");

    public async Task InitializeAsync()
    {
        _server = await ModelServer.StartAsync();
        _signed = new SignedIndex(_folder);
        _server.Serve("/graph.onnx", Graph);
        _server.Serve("/labels.txt", Labels);
    }

    public async Task DisposeAsync()
    {
        _signed.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Should_be_there_with_a_card_that_says_what_the_index_says_when_it_is_pulled()
    {
        var card = _folder.File("card.conf");

        var result = await PullAsync(Index(), "--yes", "--out", card, "--no-measure");

        Assert.True(result.Code == 0, result.Error);
        var folder = Path.Combine(Models, "finder");
        foreach (var part in (string[])["finder: finds things", "Licence: Apache-2.0, https://example.org/licence", $"{SignedIndex.File("model", "graph.onnx", Graph)["sha256"]}  graph.onnx (", "Downloading graph.onnx ...", folder])
            Assert.Contains(part, result.Out, StringComparison.Ordinal);
        var read = ActorPipelineConfiguration.Read(await File.ReadAllTextAsync(card), card, _ => null);
        Assert.Empty(read.Errors);
        var proposed = read.Settings!.Models[new ModelId("finder")];
        Assert.Equal((Path.Combine(folder, "graph.onnx"), ModelKind.Yolov8, Path.Combine(folder, "labels.txt")), (proposed.Path, proposed.Kind, proposed.LabelsPath));
        Assert.Equivalent(new InputSettings { Channels = ChannelOrder.Bgr, Mean = [1, 2.5f, -3], Std = [4, 5, 6], Resize = ResizeMode.Stretch }, proposed.Input, strict: true);
    }

    [Fact]
    public async Task Should_leave_what_is_there_and_say_so_when_it_is_pulled_again()
    {
        var index = Index();
        await PullAsync(index, "--yes", "--no-measure");
        var again = await PullAsync(index, "--no-measure", "--json");

        Assert.True(again.Code == 0, again.Error);
        Assert.Equal((true, true, "Apache-2.0", "yolov8"), ((bool)again.Json["pulled"]!, (bool)again.Json["alreadyThere"]!, (string)again.Json["licence"]!["id"]!, (string)again.Json["added"]!["kind"]!));
        Assert.Equal(1, _server.CountOf("/graph.onnx"));
        Assert.Contains("is already there", (await PullAsync(index, "--no-measure")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_measure_it_in_one_object_when_json_is_asked_for()
    {
        var config = _folder.WriteText("pull.conf", $$"""
            actor-pipeline {
              memory { budget = 128 MiB, footprints = "{{_folder.File("footprints.json")}}" }
              pull { index = "{{Index()}}", key = "{{Path.GetFileName(_signed.KeyFile)}}", folder = "models" }
            }
            """);

        var result = await Cli.RunAsync("models", "pull", "finder", "--config", config, "--yes", "--json");

        Assert.True(result.Code == 0, result.Error);
        Assert.Single(result.Out.TrimEnd().Split('\n'));
        Assert.Equal((Path.Combine(Models, "finder"), false), ((string)result.Json["folder"]!, (bool)result.Json["alreadyThere"]!));
        Assert.Equal("cpu", (string)result.Json["added"]!["measured"]!["models"]!["finder"]!["provider"]!);
    }

    [Fact]
    public async Task Should_list_what_there_is_when_an_index_is_asked_for()
    {
        var index = Index();
        var table = await Cli.RunAsync("models", "index", "--index", index, "--key", _signed.KeyFile);
        var json = await Cli.RunAsync("models", "index", "--index", index, "--key", _signed.KeyFile, "--json");

        Assert.True(table.Code == 0, table.Error);
        foreach (var part in (string[])["finder", "yolov8", "Apache-2.0", "finds things"]) Assert.Contains(part, table.Out, StringComparison.Ordinal);
        Assert.Equal(Graph.Length + Labels.Length, (int)json.Json["models"]![0]!["bytes"]!);
    }

    [Theory]
    [InlineData("--no-measure")]
    [InlineData("--json")]
    public async Task Should_download_nothing_when_nobody_can_be_asked_for_the_licence(string option)
    {
        var result = await PullAsync(Index(), option);

        Assert.Equal(ExitCode.BadConfiguration, result.Code);
        Assert.Contains("its licence, Apache-2.0, has to be agreed to, and nobody can be asked here: say --yes if you do", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, _server.CountOf("/graph.onnx"));
    }

    [Theory]
    [InlineData(true, ExitCode.Done)]
    [InlineData(false, ExitCode.BadConfiguration)]
    public async Task Should_do_what_is_answered_when_somebody_is_asked_for_the_licence(bool answer, int code)
    {
        using StringWriter output = new(), error = new();
        string? asked = null;
        var session = new PullSession(new IndexRequest(Index(), _signed.KeyFile, false, false), new ActorPipelineSettings(), new Commands.Terminal(output, error, false), TimeProvider.System)
        {
            Ask = (question, _) => { asked = question; return Task.FromResult(answer); },
        };

        Assert.Equal(code, await session.PullAsync(new PullRequest("finder", Models, false, null, false), CancellationToken.None));
        Assert.Equal("Do you agree to its licence, Apache-2.0?", asked);
        Assert.Equal(answer ? 1 : 0, _server.CountOf("/graph.onnx"));
    }

    [Fact]
    public async Task Should_say_both_sums_and_leave_nothing_when_a_file_is_another()
    {
        var index = Index();
        _server.Serve("/labels.txt", "x\ny\nz\n"u8.ToArray());

        var result = await PullAsync(index, "--yes", "--json");

        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("error: 'finder' was not pulled: 'labels.txt' is not what the index says, and was removed: its SHA-256 is ", result.Error, StringComparison.Ordinal);
        Assert.Equal((false, true), ((bool)result.Json["pulled"]!, ((string)result.Json["error"]!).Contains("labels.txt", StringComparison.Ordinal)));
        Assert.False(Directory.Exists(Path.Combine(Models, "finder")));
    }

    [Theory]
    [InlineData("not signed", "it is not signed: what should lie beside it cannot be had")]
    [InlineData("signed by another", "it is not signed with")]
    [InlineData("changed", "it is not signed with")]
    [InlineData("too large", "has more than 4194304 bytes")]
    [InlineData("not there", "answers 404")]
    [InlineData("no index", "it is not signed with")]
    [InlineData("format", "it is of format 2, and this program reads format 1")]
    [InlineData("older", "one of 2026-11-02T12:00:00Z was seen there before")]
    [InlineData("led astray", "leads on, and 'http://example.org/' is not encrypted")]
    public async Task Should_refuse_an_index_when_it_cannot_be_believed(string what, string expected)
    {
        var document = Document();
        var path = $"/{Guid.NewGuid():N}/index.json";
        var index = _signed.Serve(_server, document, path).AbsoluteUri;
        switch (what)
        {
            case "not signed":
                _server.Answer(path + ".sig", ModelServer.Status(404));
                break;
            case "signed by another":
                using (var other = new SignedIndex(_folder)) other.Serve(_server, document, path);
                break;
            case "changed":
                _server.Serve(path, System.Text.Encoding.UTF8.GetBytes(document.ToJsonString().Replace("finds", "finds many", StringComparison.Ordinal)));
                break;
            case "too large":
                _server.Serve(path, new byte[(4 << 20) + 1]);
                break;
            case "not there":
                _server.Answer(path, ModelServer.Status(404));
                break;
            case "no index":
                _server.Serve(path, "<html>"u8.ToArray());
                break;
            case "format":
                document["format"] = 2;
                _signed.Serve(_server, document, path);
                break;
            case "older":
                document["issuedAt"] = "2026-11-02T12:00:00Z";
                _signed.Serve(_server, document, path);
                Assert.Equal(ExitCode.Done, (await Cli.RunAsync("models", "index", "--index", index, "--key", _signed.KeyFile)).Code);
                _signed.Serve(_server, Document(), path);
                break;
            case "led astray":
                _server.Answer(path, ModelServer.Status(307, ("Location", "http://example.org/")));
                break;
        }

        var result = await PullAsync(index, "--yes");

        Assert.Equal(ExitCode.BadConfiguration, result.Code);
        Assert.Contains($"error: the index {index} cannot be used: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Models));
    }

    [Fact]
    public async Task Should_say_what_to_name_when_it_is_not_named()
    {
        foreach (var (args, expected) in new (string[], string)[]
                 {
                     (["--folder", Models], "no index is named: --index URL does, or actor-pipeline.pull.index"), (["--index", Index(), "--folder", Models], "no key is named by which to know the index: --key FILE does"),
                     (["--index", Index(), "--key", _signed.KeyFile], "no folder is named that gets the model: --folder DIR does"), (["--index", "box", "--folder", Models], "--index takes an address such as"),
                     (["--index", "http://example.org/index.json", "--key", _signed.KeyFile, "--folder", Models], "is not encrypted"), (["--config", _folder.File("nowhere.conf")], "cannot be read"),
                 })
        {
            var result = await Cli.RunAsync(["models", "pull", "finder", .. args]);
            Assert.Equal(ExitCode.BadConfiguration, result.Code);
            Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        }
        var unknown = await Cli.RunAsync("models", "pull", "../finder", "--index", Index(), "--key", _signed.KeyFile, "--folder", Models);
        Assert.Equal(ExitCode.BadConfiguration, unknown.Code);
        Assert.Contains("the index has no model '../finder'", unknown.Error, StringComparison.Ordinal);
    }

    private Task<CliResult> PullAsync(string index, params string[] more) =>
        Cli.RunAsync(["models", "pull", "finder", "--index", index, "--key", _signed.KeyFile, "--folder", Models, .. more]);

    private string Index() => _signed.Serve(_server, Document()).AbsoluteUri;

    private JsonObject Document()
    {
        var model = SignedIndex.Model("finder", SignedIndex.File("model", "graph.onnx", Graph, "/graph.onnx"), SignedIndex.File("labels", "labels.txt", Labels, new Uri(_server.Address, "/labels.txt").AbsoluteUri));
        model["kind"] = "yolov8";
        model["input"] = JsonNode.Parse("""{ "channels": "bgr", "mean": [1, 2.5, -3], "std": [4, 5, 6], "resize": "stretch" }""");
        return SignedIndex.Of(model);
    }
}
