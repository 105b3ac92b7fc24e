using System.Text.RegularExpressions;
using ActorPipeline.Catalog;
using ActorPipeline.Events.Mqtt;
using ActorPipeline.Events.Outbox;
using ActorPipeline.Events.Webhook;
using ActorPipeline.Hosting;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Pipeline;
using ActorPipeline.Sinks;
using ActorPipeline.Sinks.Files;

namespace ActorPipeline.Tests.Hosting.Configuration;

/// <summary>hocon/reference.conf is documentation that the binder and the records are held to.</summary>
public class ReferenceSpecs
{
    private static readonly string Reference = Given.File("hocon/reference.conf");

    private static ConfigurationResult Read(string text) =>
        ActorPipelineConfiguration.Read(text, "reference.conf", _ => null, [], "", modelsRequired: false, new FakeVariants());

    /// <summary>The reference with its commented model and pipeline made live.</summary>
    private static string WithExamples()
    {
        var example = false;
        return string.Join('\n', Reference.Split('\n').Select(line =>
        {
            example |= Regex.IsMatch(line, "^    # (detector|street) {$");
            var live = example ? Regex.Replace(line, "^    # ?", "    ") : line;
            example &= line != "    # }";
            return live;
        }));
    }

    [Fact]
    public void Should_give_the_defaults_when_the_reference_is_read_alone()
    {
        var result = Read(Reference);
        var standard = new ActorPipelineSettings();

        Assert.Empty(result.Errors);
        Assert.Equal(standard.Memory, result.Settings!.Memory);
        Assert.Equal(standard.Serving, result.Settings.Serving);
        Assert.Equal(standard.Engines, result.Settings.Engines);
        Assert.Equal(standard.OnnxRuntime, result.Settings.OnnxRuntime);
        Assert.Equivalent(standard.Cluster, result.Settings.Cluster, strict: true);
        Assert.Equal(standard.Telemetry, result.Settings.Telemetry);
        Assert.Equal(standard.Pull, result.Settings.Pull);
        Assert.Equal(standard.DrainTimeout, result.Settings.DrainTimeout);
        Assert.Empty(result.Settings.Models);
        Assert.Empty(result.Settings.Pipelines);
        Assert.Equal("", result.AkkaHocon);
    }

    [Fact]
    public void Should_give_the_defaults_of_a_model_and_a_pipeline_when_the_examples_are_read()
    {
        var result = Read(WithExamples() + "\nactor-pipeline.models.classifier { path = c.onnx, kind = classification }");

        Assert.Empty(result.Errors);
        var card = result.Settings!.Models[new ModelId("detector")];
        var standard = new ModelCard { Id = card.Id, Path = card.Path, Kind = card.Kind, LabelsPath = card.LabelsPath, Footprint = card.Footprint, Variant = "fp32", Variants = card.Variants };
        Assert.Equivalent(standard, card, strict: true);
        Assert.Equivalent(InputSettings.DefaultFor(card.Kind), card.Input, strict: true);
        var variant = Assert.Single(card.Variants);
        Assert.Equal(("int8", 8.3, 0.35), (variant.Name, variant.RunTime?.TotalMilliseconds, variant.Accuracy));

        var pipeline = Assert.Single(result.Settings.Pipelines);
        Assert.Equal(FrameSinks.Types, pipeline.Sinks.Select(sink => sink.Type));
        SinkSettings[] standards =
        [
            new() { Type = "json-lines", Path = pipeline.Sinks[0].Path },
            new() { Type = "csv", Path = pipeline.Sinks[1].Path, Rotate = new RotateSettings { Size = pipeline.Sinks[1].Rotate!.Size, Every = pipeline.Sinks[1].Rotate!.Every } },
            new() { Type = "video", Path = pipeline.Sinks[2].Path, Segments = new SegmentSettings { Size = pipeline.Sinks[2].Segments!.Size, Length = pipeline.Sinks[2].Segments!.Length } },
            new() { Type = "snapshots", Path = "", Overflow = SinkOverflow.Drop, Snapshots = new SnapshotSettings { Folder = "snapshots/street" } },
            new()
            {
                Type = "mqtt", Path = "", Overflow = SinkOverflow.Drop, Slots = 64,
                Mqtt = new MqttSettings { Host = "box", Port = 1883, Topic = "actor-pipeline/street", Outbox = new OutboxSettings { Store = "outbox/street-mqtt" } },
            },
            new()
            {
                Type = "webhook", Path = "", Overflow = SinkOverflow.Drop, Slots = 64,
                Webhook = new WebhookSettings { Url = pipeline.Sinks[5].Webhook!.Url, Outbox = new OutboxSettings { Store = "outbox/street-webhook" } },
            },
        ];
        Assert.Equivalent(standards, pipeline.Sinks, strict: true);
        Assert.Equivalent(
            new PipelineSettings { Id = pipeline.Id, Source = pipeline.Source, Detect = pipeline.Detect, Classify = pipeline.Classify, Sinks = pipeline.Sinks },
            pipeline,
            strict: true);
    }

    [Fact]
    public void Should_document_every_key_with_what_it_takes_when_the_binder_knows_it()
    {
        var lines = WithExamples().Split('\n');
        var places = KeyLines();

        foreach (var key in ActorPipelineConfiguration.KnownKeys())
        {
            if (key.Path == "akka") continue;
            Assert.True(places.TryGetValue(key.Path, out var line), $"{key.Path} is not in reference.conf");
            if (key.Expected == "an object { }") continue;
            var comment = string.Join(' ', lines.Take(line - 1).Reverse().TakeWhile(text => text.TrimStart().StartsWith('#')).Reverse().Select(text => text.Trim(' ', '#')));
            Assert.Contains(key.Expected, comment, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Should_know_every_key_when_the_reference_documents_it()
    {
        var known = ActorPipelineConfiguration.KnownKeys().Select(key => key.Path).ToHashSet();

        Assert.DoesNotContain(KeyLines().Keys, path => !path.EndsWith("NAME") && !known.Contains(path));
    }

    [Fact]
    public void Should_be_the_embedded_one_when_the_assembly_is_built()
    {
        using var stream = typeof(ActorPipelineSettings).Assembly.GetManifestResourceStream("ActorPipeline.reference.conf")!;

        Assert.Equal(Reference, new StreamReader(stream).ReadToEnd());
    }

    /// <summary>The line of every key of the reference, by its pattern.</summary>
    private static Dictionary<string, int> KeyLines()
    {
        var lines = new Dictionary<string, int>();
        Walk(Given.Tree(WithExamples()), "", lines);
        return lines;
    }

    private static void Walk(HoconNode node, string path, Dictionary<string, int> lines)
    {
        foreach (var item in (node as HoconArray)?.Items ?? []) Walk(item, path + "[]", lines);
        foreach (var (key, field) in (node as HoconObject)?.Fields ?? new Dictionary<string, HoconField>())
        {
            var name = path is "actor-pipeline.models" or "actor-pipeline.pipelines" ? "NAME" : key;
            var full = path.Length == 0 ? name : $"{path}.{name}";
            // Said once, where several in a list have it.
            lines.TryAdd(full, field.KeyPosition.Line);
            Walk(field.Value, full, lines);
        }
    }
}
