using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Pipeline;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class ActorPipelineConfigurationSpecs
{
    private const string Model = "actor-pipeline.models.d { path = d.onnx, kind = picodet }\n";

    private static ConfigurationResult Override(string path, string value, string text = Model, params (string, string)[] environment) =>
        ActorPipelineConfiguration.Read(text, "test.conf", Given.Lookup(environment), [new(path, value)], "conf");

    [Fact]
    public void Should_bind_every_key_when_all_are_given()
    {
        var result = Given.Configuration("""
            actor-pipeline {
              memory { budget = 96MiB, headroom = 0, sample-interval = 50ms, release-bound = 1.5 s, dead-band = 512 KiB, quantum-swaps = 2.5, first-quantum = 1s }
              serving { lanes = 3, run-timeout = 1 min, lost-after = 250 ms, load-timeout = 1h, backoff { min = 1s, max = 2s }, max-failures = 7 }
              engines { enabled = false, folder = /e, limit = 64 MiB }
              shutdown.drain-timeout = 0
              models {
                d { path = /m/d.onnx, kind = yolox, labels = l.txt, score-threshold = 0.25, nms-iou = 0.5, max-detections = 20, footprint { load = 3 MiB, resident = 2 MiB, run = 1 MiB } }
                c_2 { path = c.onnx, kind = classification, providers = [cuda, cpu], top = 5, batch = 16, merge = true, input { channels = bgr, mean = [1, 2.5, -3], std = [1, 1, 1], resize = letterbox } }
              }
              pipelines {
                b-1 { source = 0, detect = d, classify = c_2, only = [person, "traffic light"], max-crops = 3, max-pixels = 307200, window { min = 1, max = 4 }
                      sinks = [ { type = video, path = "a.avi", overflow = drop, slots = 9 } ] }
                a { source = "rtsp://camera/1", detect = d }
              }
            }
            """);

        Assert.Empty(result.Errors);
        var settings = result.Settings!;
        Assert.Equal((Bytes.MiB(96), Bytes.Zero, Bytes.KiB(512), 2.5), (settings.Memory.Budget, settings.Memory.Headroom, settings.Memory.DeadBand, settings.Memory.QuantumSwaps));
        Assert.Equal((50, 1500, 1000), (settings.Memory.SampleInterval.TotalMilliseconds, settings.Memory.ReleaseBound.TotalMilliseconds, settings.Memory.FirstQuantum.TotalMilliseconds));
        Assert.Equal((3, 7), (settings.Serving.Lanes, settings.Serving.MaxFailures));
        Assert.Equal((60_000, 250, 3_600_000), (settings.Serving.RunTimeout.TotalMilliseconds, settings.Serving.LostAfter.TotalMilliseconds, settings.Serving.LoadTimeout.TotalMilliseconds));
        Assert.Equal((1, 2), (settings.Serving.BackoffMin.TotalSeconds, settings.Serving.BackoffMax.TotalSeconds));
        Assert.Equal(TimeSpan.Zero, settings.DrainTimeout);
        Assert.Equal(new EngineSettings { Enabled = false, Folder = "/e", Limit = Bytes.MiB(64) }, settings.Engines);

        var detector = settings.Models[new ModelId("d")];
        Assert.Equal(("/m/d.onnx", ModelKind.Yolox, "l.txt", 0.25f, 0.5f, 20), (detector.Path, detector.Kind, detector.LabelsPath, detector.ScoreThreshold, detector.NmsIou, detector.MaxDetections));
        Assert.Equal(Footprint.Declared(Bytes.MiB(3), Bytes.MiB(2), Bytes.MiB(1)), detector.Footprint);
        Assert.Equivalent(InputSettings.DefaultFor(ModelKind.Yolox), detector.Input, strict: true);
        var classifier = settings.Models[new ModelId("c_2")];
        Assert.Equal([ExecutionProvider.Cuda, ExecutionProvider.Cpu], classifier.Providers);
        Assert.Equivalent(new InputSettings { Channels = ChannelOrder.Bgr, Mean = [1, 2.5f, -3], Std = [1, 1, 1], Resize = ResizeMode.Letterbox }, classifier.Input, strict: true);
        Assert.Equal((5, 16, true), (classifier.Top, classifier.MaxBatch, classifier.Merge));
        Assert.Null(detector.MaxBatch);

        Assert.Equal(["b-1", "a"], settings.Pipelines.Select(pipeline => pipeline.Id.Value));
        var first = settings.Pipelines[0];
        Assert.Equal(("0", "d", "c_2", 3, 307200), (first.Source, first.Detect.Value, first.Classify.Single().Value, first.MaxCrops, first.MaxPixels));
        Assert.Equal(["person", "traffic light"], first.Only);
        Assert.Equal(new WindowSettings { Min = 1, Max = 4 }, first.Window);
        Assert.Equal([new SinkSettings { Type = "video", Path = "a.avi", Overflow = SinkOverflow.Drop, Slots = 9 }], first.Sinks);
        Assert.Equal("rtsp://camera/1", settings.Pipelines[1].Source);
        Assert.Empty(settings.Pipelines[1].Classify);
    }

    [Fact]
    public void Should_bind_classifiers_in_order_and_point_at_the_wrong_one_when_a_list_is_given()
    {
        const string models = Model + "actor-pipeline.models { a { path = a, kind = classification }, b { path = b, kind = classification } }\n";
        const string pipeline = "actor-pipeline.pipelines.p { source = v, detect = d, classify = [b, ";

        Assert.Equal(["b", "a"], Given.Configuration(models + pipeline + "a] }").Settings!.Pipelines[0].Classify.Select(id => id.Value));
        Assert.StartsWith($"3:{pipeline.Length + 1}: ", Assert.Single(Given.Faults(models + pipeline + "x] }")));
    }

    [Fact]
    public void Should_bind_variants_in_order_when_a_model_has_several()
    {
        var card = Given.Configuration("""
            actor-pipeline.models.d {
              path = /m/d.onnx, kind = picodet, variant = full, providers = [cuda, cpu]
              variants = [ { name = half, path = /m/h.onnx, providers = [cuda] }, { name = int8, path = /m/i.onnx, footprint { load = 3 MiB, resident = 2 MiB, run = 1 MiB }, run-ms = 2.5, accuracy = 0.3 } ]
            }
            """).Settings!.Models[new ModelId("d")];

        Assert.Equal("full", card.Variant);
        Assert.Equal(["half", "int8"], card.Variants.Select(v => v.Name));
        var (half, int8) = (card.As(card.Variants[0]), card.As(card.Variants[1]));
        Assert.Equal(("half", "/m/h.onnx", null), (half.Variant, half.Path, half.Footprint));
        Assert.Equal([ExecutionProvider.Cuda], half.Providers);
        Assert.Equal(("int8", "/m/i.onnx", Footprint.Declared(Bytes.MiB(3), Bytes.MiB(2), Bytes.MiB(1))), (int8.Variant, int8.Path, int8.Footprint));
        Assert.Equal([ExecutionProvider.Cuda, ExecutionProvider.Cpu], int8.Providers);
        Assert.Empty(int8.Variants);
    }

    [Fact]
    public void Should_report_everything_at_once_with_line_and_column_when_all_sorts_of_things_are_wrong()
    {
        Assert.Equal(
            [
                "2:19: actor-pipeline.memory.budget: expected a size from 1 MiB to 16384 GiB, found \"12 parsecs\"",
                "2:31: actor-pipeline.memory.head-room: unknown key; did you mean 'headroom'?",
                "3:1: the key 'rubbish' has no value: expected '=', ':' or '{' behind it, found 'here'",
                "4:19: actor-pipeline.serving.lanes: expected a whole number from 0 to 64, found \"65\"",
                "5:21: actor-pipeline.models.d.path: environment variable DATA is not set",
                "5:47: actor-pipeline.models.d.kind: expected one of picodet, yolox, yolov5, yolov8, ssd, db, ctc, classification, found \"pico\"",
                "6:37: ${NAME}: environment variable NAME is not set",
                "7:13: actor-pipeline.pipelines: expected an object { }, found \"many\"",
                "9:1: surplus '}': it closes nothing",
            ],
            Given.Faults("""
            actor-pipeline {
            memory { budget = 12 parsecs, head-room = 1 MiB }
            rubbish here
            serving { lanes = 65 }
            models { d { path = ${?DATA}"/d.onnx", kind = pico }
                     e { kind = picodet, path = ${NAME} } }
            pipelines = many
            }
            }
            """));
    }

    [Theory]
    [InlineData("memory.budget = 0.5 MiB", "memory.budget: expected a size from 1 MiB to 16384 GiB, found \"0.5 MiB\"")]
    [InlineData("memory.budget = -5 MiB", "memory.budget: expected a size from 1 MiB to 16384 GiB, found \"-5 MiB\"")]
    [InlineData("memory.budget = [1]", "memory.budget: expected a size from 1 MiB to 16384 GiB, found [1]")]
    [InlineData("memory.budget { x = 1 }", "memory.budget: expected a size from 1 MiB to 16384 GiB, found an object")]
    [InlineData("memory.headroom = lots", "memory.headroom: expected a size from 0 to 16384 GiB, found \"lots\"")]
    [InlineData("memory.sample-interval = 5 ms", "memory.sample-interval: expected a duration from 10 ms to 10 s, found \"5 ms\"")]
    [InlineData("memory.sample-interval = 100", "memory.sample-interval: expected a duration from 10 ms to 10 s, found \"100\"")]
    [InlineData("memory.release-bound = 61 s", "memory.release-bound: expected a duration from 0 to 1 min, found \"61 s\"")]
    [InlineData("memory.quantum-swaps = NaN", "memory.quantum-swaps: expected a number from 0 to 1000, found \"NaN\"")]
    [InlineData("memory.first-quantum = soon", "memory.first-quantum: expected a duration from 0 to 1 min, found \"soon\"")]
    [InlineData("memory = 5", "memory: expected an object { }, found \"5\"")]
    [InlineData("serving.lanes = 1.5", "serving.lanes: expected a whole number from 0 to 64, found \"1.5\"")]
    [InlineData("serving.run-timeout = 2 h", "serving.run-timeout: expected a duration from 10 ms to 1 h, found \"2 h\"")]
    [InlineData("serving.load-timeout = 10 ms", "serving.load-timeout: expected a duration from 100 ms to 1 h, found \"10 ms\"")]
    [InlineData("serving.max-failures = 0", "serving.max-failures: expected a whole number from 1 to 100, found \"0\"")]
    [InlineData("serving.backoff { min = 3 s, max = 2 s }", "serving.backoff.min: min = 3 s is more than max = 2 s")]
    [InlineData("serving.backoff.max = 100 ms", "serving.backoff.max: min = 200 ms is more than max = 100 ms")]
    [InlineData("serving.backoff.mn = 1 s", "serving.backoff.mn: unknown key; did you mean 'min'?")]
    [InlineData("engines.limit = 63 MiB", "engines.limit: expected a size from 64 MiB to 16384 GiB, found \"63 MiB\"")]
    [InlineData("engines.folder = \"\"", "engines.folder: expected the path of a folder, found \"\"")]
    [InlineData("shutdown.drain-timeout = 11 min", "shutdown.drain-timeout: expected a duration from 0 to 10 min, found \"11 min\"")]
    [InlineData("bananas = 1", "bananas: unknown key; known here: memory, serving, replacing, engines, onnxruntime, cluster, web, telemetry, pull, shutdown, models, pipelines")]
    [InlineData("models.d.providers = [gpu]", "models.d.providers: expected a list of tensorrt, cuda, cpu, none twice, found [gpu]")]
    [InlineData("models.d.providers = [cpu, cpu]", "models.d.providers: expected a list of tensorrt, cuda, cpu, none twice, found [cpu, cpu]")]
    [InlineData("models.d.providers = []", "models.d.providers: expected a list of tensorrt, cuda, cpu, none twice, found []")]
    [InlineData("models.d.providers = cpu", "models.d.providers: expected a list of tensorrt, cuda, cpu, none twice, found \"cpu\"")]
    [InlineData("models.d.input.mean = [1, 2]", "models.d.input.mean: expected a list of three numbers from -100000 to 100000, found [1, 2]")]
    [InlineData("models.d.input.std = [1, 0, 1]", "models.d.input.std: expected a list of three numbers from -100000 to 100000, none of them 0, found [1, 0, 1]")]
    [InlineData("models.d.input.channels = grb", "models.d.input.channels: expected one of rgb, bgr, found \"grb\"")]
    [InlineData("models.d.score-threshold = 1.1", "models.d.score-threshold: expected a number from 0 to 1, found \"1.1\"")]
    [InlineData("models.d.labels = \"\"", "models.d.labels: expected the path of a text file with one label a line, found \"\"")]
    [InlineData("models.d.footprint { load = 1 MiB, run = 1 MiB }", "models.d.footprint.resident: missing; expected a size from 0 to 16384 GiB")]
    [InlineData("models.d.batch = 65", "models.d.batch: expected auto, or a whole number from 1 to 64, found \"65\"")]
    [InlineData("models.d.batch = most", "models.d.batch: expected auto, or a whole number from 1 to 64, found \"most\"")]
    [InlineData("models.d.merge = maybe", "models.d.merge: expected true or false, found \"maybe\"")]
    [InlineData("models.d.variant = \"in t\"", "models.d.variant: expected a name of letters, digits, '.', '-' and '_', found \"in t\"")]
    [InlineData("models.d.variants = int8", "models.d.variants: expected a list [ ] of objects { }, found \"int8\"")]
    [InlineData("models.d.variants = [5]", "models.d.variants[0]: expected an object { }, found \"5\"")]
    [InlineData("models.d.variants = [{ path = a }]", "models.d.variants[0].name: missing; expected a name of letters, digits, '.', '-' and '_'")]
    [InlineData("models.d.variants = [{ name = a, path = a }, { name = a, path = b }]", "models.d.variants[1].name: another variant of this model is called 'a'")]
    [InlineData("models.d { variant = a, variants = [{ name = a, path = a }] }", "models.d.variants[0].name: another variant of this model is called 'a'")]
    [InlineData("models.d.variants = [{ name = a, path = a, accuracy = 35 }]", "models.d.variants[0].accuracy: expected a number from 0 to 1, found \"35\"")]
    [InlineData("models.d.variants = [{ name = a, path = a, run-ms = fast }]", "models.d.variants[0].run-ms: expected a number from 0 to 3600000, found \"fast\"")]
    [InlineData("models.d.variants = [{ name = a, path = a, providers = [] }]", "models.d.variants[0].providers: expected a list of tensorrt, cuda, cpu, none twice, found []")]
    [InlineData("models.d.variants = [{ name = a, path = a, footprint { load = 1 MiB, run = 1 MiB } }]", "models.d.variants[0].footprint.resident: missing; expected a size from 0 to 16384 GiB")]
    [InlineData("models.d.variants = [{ name = a, path = a, labels = l }]", "models.d.variants[0].labels: unknown key; known here: name, path, providers, footprint, run-ms, accuracy")]
    [InlineData("models.d.max-characters = 0", "models.d.max-characters: expected a whole number from 1 to 256, found \"0\"")]
    [InlineData("models.d.input.width = wide", "models.d.input.width: expected auto, or a whole number from 1 to 8192, found \"wide\"")]
    [InlineData("models.d { kind = db, input.height = 100 }", "models.d.input.height: height = 100 of a model of kind db has to be a multiple of 32")]
    [InlineData("models.d.db.unclip-ratio = 6", "models.d.db.unclip-ratio: expected a number from 0 to 5, found \"6\"")]
    [InlineData("models.d.top = 21", "models.d.top: expected a whole number from 1 to 20, found \"21\"")]
    [InlineData("models.d.pathh = x", "models.d.pathh: unknown key; did you mean 'path'?")]
    [InlineData("models.\"d e\" { path = x, kind = yolox }", "models.d e: a name may have letters, digits, '-' and '_' only")]
    [InlineData("models.e = 5", "models.e: expected an object { }, found \"5\"")]
    [InlineData("models.e.kind = yolox", "models.e.path: missing; expected the path of an ONNX file")]
    [InlineData("models.e.path = x", "models.e.kind: missing; expected one of picodet, yolox, yolov5, yolov8, ssd, db, ctc, classification")]
    [InlineData("models.e { kind = yolox, path = ${?NONE} }", "models.e.path: environment variable NONE is not set")]
    public void Should_say_key_range_and_what_was_found_when_a_key_is_wrong(string line, string expected)
    {
        var error = Assert.Single(Given.Faults(Model + "actor-pipeline." + line));

        Assert.Matches(@"^2:\d+: ", error);
        Assert.EndsWith(": actor-pipeline." + expected, error);
    }

    [Theory]
    [InlineData("", "missing; expected a video file, a picture folder, a camera's number, or an address such as rtsp://camera/1", "source")]
    [InlineData("source = v", "missing; expected a detector's name", "detect")]
    [InlineData("source = v, detect = dd", "there is no model 'dd' under actor-pipeline.models; did you mean 'd'?", "detect")]
    [InlineData("source = v, detect = c", "expected a detector's name, but the model 'c' is of kind classification", "detect")]
    [InlineData("source = v, detect = d, classify = d", "expected a classifier's name, but the model 'd' is of kind picodet", "classify")]
    [InlineData("source = v, detect = d, classify = [c, d]", "expected a classifier's name, but the model 'd' is of kind picodet", "classify")]
    [InlineData("source = v, detect = d, classify = [c, cc]", "there is no model 'cc' under actor-pipeline.models; did you mean 'c'?", "classify")]
    [InlineData("source = v, detect = d, classify = [c, c]", "expected a classifier's name, an object, or a list of them, none twice, found [c, c]", "classify")]
    [InlineData("source = v, detect = d, classify = [c, { model = c, classes = [a] }]", "expected a classifier's name, an object, or a list of them, none twice, found a list of 2", "classify")]
    [InlineData("source = v, detect = d, classify { model = c, a = c }", "unknown key; known here: model, upright, classes", "classify.a")]
    [InlineData("source = v, detect = d, classify { classes = [a] }", "missing; expected a classifier's name", "classify.model")]
    [InlineData("source = v, detect = d, classify { model = d }", "expected a classifier's name, but the model 'd' is of kind picodet", "classify.model")]
    [InlineData("source = v, detect = d, classify = [{ model = c, upright = e }]", "upright = e, and that is no other of this pipeline's classifiers: c", "classify.upright")]
    [InlineData("source = v, detect = d, classify = [{ model = c, upright = c }]", "upright = c, and that is no other of this pipeline's classifiers: c", "classify.upright")]
    [InlineData("source = v, detect = d, only = person", "expected a list of labels, found \"person\"", "only")]
    [InlineData("source = v, detect = d, max-crops = 0", "expected a whole number from 1 to 256, found \"0\"", "max-crops")]
    [InlineData("source = v, detect = d, window { min = 5, max = 4 }", "min = 5 is more than max = 4", "window.min")]
    [InlineData("source = v, detect = d, window.max = 1", "min = 2 is more than max = 1", "window.max")]
    [InlineData("source = v, detect = d, window.max = 257", "expected a whole number from 1 to 256, found \"257\"", "window.max")]
    [InlineData("source = v, detect = d, sinks = { }", "expected a list [ ] of objects { }, found an object", "sinks")]
    [InlineData("source = v, detect = d, sinks = [5]", "expected an object { }, found \"5\"", "sinks[0]")]
    [InlineData("source = v, detect = d, sinks = [{ path = a }]", "missing; expected one of json-lines, csv, video, snapshots, mqtt, webhook", "sinks[0].type")]
    [InlineData("source = v, detect = d, sinks = [{ type = json, path = a }]", "expected one of json-lines, csv, video, snapshots, mqtt, webhook, found \"json\"", "sinks[0].type")]
    [InlineData("source = v, detect = d, sinks = [{ type = video }]", "missing; expected the path of a file, relative to the output folder", "sinks[0].path")]
    [InlineData("source = v, detect = d, sinks = [{ type = video, path = a, slots = 0 }]", "expected a whole number from 1 to 256, found \"0\"", "sinks[0].slots")]
    [InlineData("source = v, detect = d, sinks = [{ type = video, path = a, overflow = block }]", "expected one of wait, drop, found \"block\"", "sinks[0].overflow")]
    [InlineData("source = v, detect = d, sinks = [{ type = video, path = a }, { type = video, path = ./x/../a }]", "the sink at test.conf:3:86 writes the same file './x/../a'", "sinks[1].path")]
    public void Should_say_what_is_wrong_when_a_pipeline_does_not_fit(string pipeline, string message, string key)
    {
        var text = Model + "actor-pipeline.models.c { path = c.onnx, kind = classification }\nactor-pipeline.pipelines.p { " + pipeline + " }";
        var errors = Given.Configuration(text).Errors.Where(error => error.Key == "actor-pipeline.pipelines.p." + key);

        Assert.Equal(message, Assert.Single(errors).Message);
    }

    [Fact]
    public void Should_refuse_one_file_for_sinks_of_two_pipelines_when_they_name_the_same()
    {
        var fault = Assert.Single(Given.Faults(Model + """
            actor-pipeline.pipelines.a { source = v, detect = d, sinks = [{ type = video, path = out.avi }] }
            actor-pipeline.pipelines.b { source = v, detect = d, sinks = [{ type = video, path = out.avi }] }
            """));

        Assert.Equal("3:86: actor-pipeline.pipelines.b.sinks[0].path: the sink at test.conf:2:86 writes the same file 'out.avi'", fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("actor-pipeline {}")]
    [InlineData("actor-pipeline.models {}")]
    public void Should_ask_for_a_model_when_there_is_none(string text) =>
        Assert.EndsWith(": actor-pipeline.models: there is no model: at least one is needed", Assert.Single(Given.Faults(text)));

    [Theory]
    [InlineData("helper = 1", "helper: unknown key; known here: actor-pipeline, akka")]
    [InlineData("actor-pipelin.memory.budget = 1 GiB", "actor-pipelin: unknown key; did you mean 'actor-pipeline'?")]
    [InlineData("akka = 5", "akka: expected an object { } with settings of Akka.NET, found \"5\"")]
    public void Should_refuse_a_key_at_the_top_when_it_is_neither_of_the_two(string text, string expected) =>
        Assert.EndsWith(": " + expected, Assert.Single(Given.Faults(Model + text)));

    [Fact]
    public void Should_not_speak_of_missing_things_when_brackets_do_not_match()
    {
        var faults = Given.Faults("actor-pipeline { memory { budget = 64 MiB\n models { d { path = d.onnx, kind = picodet } }\n pipelines { p { source = v, detect = d } }\n}");

        Assert.Equal(
            [
                "1:16: this '{' is never closed: a '}' is missing here or further in",
                "2:2: actor-pipeline.memory.models: unknown key; known here: budget, device-budget, headroom, sample-interval, release-bound, dead-band, rise-after, critical-stall, debt-limit, yield-bound, patience, policy, footprints, quantum-swaps, first-quantum",
                "3:2: actor-pipeline.memory.pipelines: unknown key; known here: budget, device-budget, headroom, sample-interval, release-bound, dead-band, rise-after, critical-stall, debt-limit, yield-bound, patience, policy, footprints, quantum-swaps, first-quantum",
            ],
            faults);
    }

    [Fact]
    public void Should_warn_of_a_model_when_no_pipeline_uses_it()
    {
        var result = Given.Configuration(Model + "actor-pipeline { models.c { path = c, kind = classification }, pipelines.p { source = v, detect = d } }");

        Assert.True(result.IsValid);
        Assert.Equal("test.conf:2:27: actor-pipeline.models.c: no pipeline uses this model", Assert.Single(result.Warnings).ToString());
        Assert.Empty(Given.Configuration(Model).Warnings);
    }

    [Fact]
    public void Should_pass_the_akka_block_on_when_there_is_one() =>
        Assert.Equal("akka {\n  \"loglevel\" = \"DEBUG\"\n}\n", Given.Configuration(Model + "akka.loglevel = ${LEVEL}", ("LEVEL", "DEBUG")).AkkaHocon);

    [Theory]
    [InlineData("64MiB", 64)]
    [InlineData(" \"65 MiB\" ", 65)]
    [InlineData("${BUDGET}", 66)]
    public void Should_win_over_the_file_when_a_key_is_overridden(string value, int mebibytes)
    {
        var result = Override("actor-pipeline.memory.budget", value, Model + "actor-pipeline.memory { budget = 1 GiB, headroom = 1 MiB }", ("BUDGET", "66 MiB"));

        Assert.Equal((Bytes.MiB(mebibytes), Bytes.MiB(1)), (result.Settings!.Memory.Budget, result.Settings.Memory.Headroom));
    }

    [Fact]
    public void Should_take_lists_objects_and_addresses_when_they_override()
    {
        const string text = Model + "actor-pipeline.pipelines.p { source = v, detect = d }";

        Assert.Equal(["a", "b"], Override("actor-pipeline.pipelines.p.only", "[a, b]", text).Settings!.Pipelines[0].Only);
        Assert.Equal(new WindowSettings { Min = 1, Max = 3 }, Override("actor-pipeline.pipelines.p.window", "{ min = 1, max = 3 }", text).Settings!.Pipelines[0].Window);
        Assert.Equal("rtsp://camera/1", Override("actor-pipeline.pipelines.p.source", "rtsp://camera/1", text).Settings!.Pipelines[0].Source);
        Assert.Empty(Override("actor-pipeline.pipelines.p.classify", "null", text + "\nactor-pipeline.pipelines.p.classify = x").Settings!.Pipelines[0].Classify);
    }

    [Theory]
    [InlineData("actor-pipeline.memory.budget", "soon", "--set: actor-pipeline.memory.budget: expected a size from 1 MiB to 16384 GiB, found \"soon\"")]
    [InlineData("actor-pipeline.memory.budgt", "1 MiB", "--set: actor-pipeline.memory.budgt: unknown key; did you mean 'budget'?")]
    [InlineData("memory.budget", "1 MiB", "--set: memory: unknown key; known here: actor-pipeline, akka")]
    [InlineData("a..b", "1", "--set: 'a..b' is not the path of a key, such as actor-pipeline.memory.budget")]
    [InlineData("actor-pipeline.models.d.providers", "[cpu", "--set: actor-pipeline.models.d.providers: this '[' is not closed before the end of the text")]
    [InlineData("actor-pipeline.models.d.path", "", "--set: actor-pipeline.models.d.path: there is no value")]
    public void Should_say_set_for_a_place_when_an_override_is_wrong(string path, string value, string expected) =>
        Assert.Equal(expected, Assert.Single(Override(path, value).Errors).ToString());

    [Theory]
    [InlineData("d.onnx", "conf/d.onnx")]
    [InlineData("../d.onnx", "conf/../d.onnx")]
    [InlineData("/m/d.onnx", "/m/d.onnx")]
    [InlineData("${DIR}/d.onnx", "data/d.onnx")]
    public void Should_resolve_a_path_where_it_was_written_when_it_is_relative(string written, string expected)
    {
        var result = Override("actor-pipeline.memory.budget", "1 GiB", $"actor-pipeline.models.d {{ kind = yolox, path = {written}, labels = {written} }}", ("DIR", "data"));

        var card = Assert.Single(result.Settings!.Models.Values);
        Assert.Equal((expected, expected), (card.Path, card.LabelsPath));
        Assert.Equal("d.onnx", Override("actor-pipeline.models.d.path", "d.onnx").Settings!.Models[card.Id].Path);
    }

    [Theory]
    [InlineData("v.avi", "conf/v.avi")]
    [InlineData("2", "2")]
    [InlineData("\"http://camera/2\"", "http://camera/2")]
    public void Should_leave_a_source_alone_when_it_is_a_number_or_an_address(string written, string expected) =>
        Assert.Equal(expected, Override("actor-pipeline.memory.budget", "1 GiB", Model + $"actor-pipeline.pipelines.p {{ source = {written}, detect = d }}").Settings!.Pipelines[0].Source);

    [Fact]
    public void Should_count_the_rest_when_there_are_more_faults_than_anyone_reads()
    {
        var errors = Given.Configuration(string.Concat(Enumerable.Repeat("rubbish\n", 500))).Errors;

        Assert.Equal(ActorPipelineConfiguration.MostErrors + 1, errors.Count);
        Assert.Equal("and 301 more from here on", errors[^1].Message);
    }
}
