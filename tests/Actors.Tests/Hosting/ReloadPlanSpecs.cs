using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Configuration;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting;

public sealed class ReloadPlanSpecs
{
    private const string File =
        """
        actor-pipeline {
          memory.budget = 200MiB
          models {
            finder { path = finder.onnx, kind = picodet, variants = [{ name = int8, path = int8.onnx, providers = [cpu] }] }
            namer { path = namer.onnx, kind = classification, pin = true }
          }
          pipelines.street { source = street.mp4, detect = finder, classify = [namer], sinks = [{ type = json-lines, path = out.jsonl }] }
        }
        """;

    [Fact]
    public void Should_be_empty_when_the_same_is_read_again()
    {
        var plan = Plan("");

        Assert.True(plan.IsEmpty);
    }

    [Fact]
    public void Should_set_the_budget_and_pins_and_ask_for_no_restart_when_only_these_changed()
    {
        var plan = Plan("actor-pipeline { memory.budget = 100MiB, models.finder.pin = true, models.namer.pin = false }");

        Assert.Equal([new PinModel(new ModelId("namer"), false), new SetBudget(Bytes.MiB(100)), new PinModel(new ModelId("finder"), true)], plan.Controls);
        Assert.Empty(plan.NeedRestart);
    }

    [Theory]
    [InlineData("serving.lanes = 3")]
    [InlineData("serving.backoff.min = 1ms")]
    [InlineData("memory.device-budget = 1GiB")]
    [InlineData("onnxruntime.library = other.so")]
    [InlineData("shutdown.drain-timeout = 1s")]
    [InlineData("cluster.seed-nodes = [\"10.0.0.1:2552\"]")]
    [InlineData("cluster.desk.batches = 3")]
    [InlineData("models.finder.labels = labels.txt")]
    [InlineData("models.finder.batch = 4")]
    [InlineData("models.finder.input.mean = [1, 2, 3]")]
    [InlineData("models.finder.device.batch = [1, 2]")]
    [InlineData("models.finder.footprint = { load = 9MiB, resident = 8MiB, run = 1MiB }")]
    [InlineData("models.finder.variants = [{ name = int8, path = int8.onnx, providers = [cuda] }]")]
    [InlineData("models.namer.priority = 1")]
    [InlineData("pipelines.street.classify = []")]
    [InlineData("pipelines.street.region = [0, 0, 0.5, 0.5]")]
    [InlineData("pipelines.street.window.max = 9")]
    [InlineData("pipelines.street.sinks = [{ type = json-lines, path = out.jsonl, slots = 9 }]")]
    public void Should_name_the_key_that_takes_a_new_start_when_it_changed(string change)
    {
        var plan = Plan($"actor-pipeline.{change}");

        Assert.Equal([$"actor-pipeline.{change.Split('=')[0].Trim()}"], plan.NeedRestart);
        Assert.Empty(plan.Controls);
    }

    [Fact]
    public void Should_replace_a_model_with_all_that_is_new_of_it_when_its_path_changed()
    {
        var plan = Plan("actor-pipeline.models.finder { path = other.onnx, score-threshold = 0.3 }");

        var card = Assert.IsType<ReplaceModel>(Assert.Single(plan.Controls)).Card;
        Assert.Equal(("finder", "other.onnx", 0.3f), (card.Id.Value, Path.GetFileName(card.Path), card.ScoreThreshold));
        Assert.Empty(plan.NeedRestart);
    }

    [Fact]
    public void Should_name_whole_models_and_pipelines_when_they_came_or_went()
    {
        var plan = Plan("actor-pipeline { models.other { path = o.onnx, kind = classification, pin = true }, pipelines.yard { source = yard.mp4, detect = finder }, pipelines.street = null }");

        Assert.Equal(["actor-pipeline.models.other", "actor-pipeline.pipelines.street", "actor-pipeline.pipelines.yard"], plan.NeedRestart);
        Assert.Empty(plan.Controls);
    }

    [Theory]
    [InlineData("classify = [{ model = c, classes = [cat] }]", "classify = [{ model = c, classes = [cat] }]", "")]
    [InlineData("classify = [{ model = c, classes = [cat] }]", "classify = [{ model = c, classes = [dog] }]", "classify")]
    [InlineData("classify = c", "classify = [{ model = c, classes = [dog] }]", "classify")]
    [InlineData("sinks = [{ type = mqtt, broker = box }]", "sinks = [{ type = mqtt, broker = box }]", "")]
    [InlineData("sinks = [{ type = mqtt, broker = box }]", "sinks = [{ type = mqtt, broker = crate }]", "sinks")]
    [InlineData("sinks = [{ type = csv, path = a, rotate.size = 1 MiB }]", "sinks = [{ type = csv, path = a, rotate.size = 1024 KiB }]", "")]
    [InlineData("sinks = [{ type = csv, path = a, rotate.size = 1 MiB }]", "sinks = [{ type = csv, path = a, rotate.size = 2 MiB }]", "sinks")]
    [InlineData("sinks = [{ type = snapshots }]", "sinks = [{ type = snapshots, every = 1 s }]", "sinks")]
    public void Should_compare_what_lies_in_lists_by_what_it_is(string before, string after, string changed)
    {
        const string models = "actor-pipeline.models { d { path = d.onnx, kind = picodet }, c { path = c.onnx, kind = classification } }\n";
        string[] expected = changed.Length == 0 ? [] : [$"actor-pipeline.pipelines.p.{changed}"];

        Assert.Equal(expected, ReloadPlan.Of(Of(before), Of(after)).NeedRestart);

        static ActorPipelineSettings Of(string keys) => Read(models + $"actor-pipeline.pipelines.p {{ source = \"a.avi\", detect = d, {keys} }}");
    }

    [Fact]
    public void Should_compare_every_key_that_the_binder_knows_and_no_other()
    {
        string[] compared =
        [
            .. SettingsKeys.All.Select(k => k.Name), .. SettingsKeys.OfModel.Select(k => $"models.NAME.{k.Name}"), .. SettingsKeys.OfPipeline.Select(k => $"pipelines.NAME.{k.Name}"),
        ];
        var known = ActorPipelineConfiguration.KnownKeys().Select(k => k.Path).Where(path => path.StartsWith("actor-pipeline.", StringComparison.Ordinal)).Select(path => path["actor-pipeline.".Length..]).ToHashSet();

        Assert.Empty(compared.Except(known));
        Assert.Equal(compared.Length, compared.Distinct().Count());
        // A section is compared by its keys; a list, and what belongs together, as a whole; a form shows in the paths that it chooses.
        var left = known.Where(path => !compared.Any(c => c == path || c.StartsWith(path + ".", StringComparison.Ordinal)
            || path.StartsWith(c + "[]", StringComparison.Ordinal) || path.StartsWith(c + ".", StringComparison.Ordinal)));
        Assert.Equal(["models.NAME.form"], left);
    }

    private static ReloadPlan Plan(string change) => ReloadPlan.Of(Read(File), Read(File + "\n" + change));

    private static ActorPipelineSettings Read(string text)
    {
        var result = ActorPipelineConfiguration.Read(text, "file.conf", _ => null, [], "");
        Assert.Empty(result.Errors);
        return result.Settings!;
    }
}
