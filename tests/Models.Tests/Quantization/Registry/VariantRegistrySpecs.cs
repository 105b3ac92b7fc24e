using ActorPipeline.Catalog;
using ActorPipeline.Onnx;

namespace ActorPipeline.Quantization;

public sealed class VariantRegistrySpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _warnings = [];

    private string File => _folder.File("cache/variants.json");

    private string Model => _folder.File("model.onnx");

    private string Int8 => _folder.File("model.int8.onnx");

    public VariantRegistrySpecs()
    {
        _folder.Write("model.onnx", TinyOnnx.ChannelMeans(64, 64));
        _folder.Write("model.int8.onnx", TinyOnnx.ChannelMeans(32, 32));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_find_all_of_what_was_registered_when_the_process_starts_anew()
    {
        var registered = Made() with { Accuracy = 0.365, RunTime = TimeSpan.FromMilliseconds(12.5) };
        Assert.True(Open().Register(registered));

        Assert.Equal(new VariantFinding.Found(registered), Open().Find(Card(Model), "int8"));
        Assert.Empty(_warnings);
        Assert.Equal(["variants.json", "variants.json.lock"], Directory.GetFiles(_folder.File("cache")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Should_find_it_under_another_path_when_the_model_has_moved()
    {
        Open().Register(Made());
        System.IO.File.Move(Model, _folder.File("moved.onnx"));
        Assert.IsType<VariantFinding.Found>(Open().Find(Card(_folder.File("moved.onnx")), "int8"));
    }

    [Fact]
    public void Should_keep_forms_of_other_names_and_models_and_replace_one_of_the_same_when_more_are_registered()
    {
        Open().Register(Made() with { Loss = 0.9 });
        Open().Register(Made("int4"));
        Open().Register(Made() with { ModelContent = "another" });
        Open().Register(Made() with { Loss = 0.1 });

        Assert.Equal(0.1, Assert.IsType<VariantFinding.Found>(Open().Find(Card(Model), "int8")).Variant.Loss);
        Assert.IsType<VariantFinding.Found>(Open().Find(Card(Model), "int4"));
        Assert.Equal(3, VariantFile.Parse(System.IO.File.ReadAllBytes(File)).Variants.Count);
    }

    [Theory]
    [InlineData("picodet, rgb, mean 0,0,0.5, std 1,2,3, stretch")]
    [InlineData("classification, bgr, mean 0,0,0.5, std 1,2,3, stretch")]
    [InlineData("classification, rgb, mean 0,0,0, std 1,2,3, stretch")]
    [InlineData("classification, rgb, mean 0,0,0.5, std 1,1,1, stretch")]
    [InlineData("classification, rgb, mean 0,0,0.5, std 1,2,3, letterbox")]
    public void Should_say_so_when_pictures_become_the_models_input_in_another_way_than_when_it_was_judged(string input)
    {
        Open().Register(Made() with { Input = input });
        Assert.Contains($"with another input ({input}) than the model has here (classification, rgb, mean 0,0,0.5, std 1,2,3, stretch)", Missing(), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_find_it_and_warn_when_it_was_registered_before_inputs_were_kept()
    {
        Open().Register(Made() with { Input = null });
        Assert.DoesNotContain("input", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        Assert.Contains("nobody can tell", Assert.IsType<VariantFinding.Found>(Open().Find(Card(Model), "int8")).Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_warn_when_one_for_another_profile_loses_its_name()
    {
        Open().Register(Made() with { Path = "/made/trt.onnx", Profile = QuantizationProfile.TensorRt });
        Open().Register(Made("other") with { Profile = QuantizationProfile.Cpu });
        Assert.Empty(_warnings);
        Open().Register(Made());
        Assert.StartsWith("the form 'int8' for tensorrt, '/made/trt.onnx', is not registered any more: this one for cpu is called the same", Assert.Single(_warnings), StringComparison.Ordinal);
        Open().Register(Made());
        Assert.Single(_warnings);
    }

    [Fact]
    public void Should_forget_the_oldest_when_there_are_very_many()
    {
        var file = VariantFile.Empty;
        for (var i = 0; i <= VariantFile.Most; i++) file = file.With(Made($"v{i}"));
        Assert.Equal((VariantFile.Most, "v1"), (file.Variants.Count, file.Variants[0].Name));
    }

    [Fact]
    public void Should_say_what_to_do_when_nothing_is_registered()
    {
        Assert.Contains("no form 'int8' of the model", Missing(), StringComparison.Ordinal);
        Assert.Contains("quantize --name int8", Missing(), StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public void Should_say_which_there_are_when_another_name_is_asked_for()
    {
        Open().Register(Made("int4"));
        Assert.Contains("(registered are int4)", Missing(), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_so_when_the_model_has_changed()
    {
        Open().Register(Made());
        _folder.Write("model.onnx", TinyOnnx.ChannelMeans(16, 16));
        Assert.Contains("no form 'int8'", Missing(), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_so_when_the_model_is_not_there()
    {
        System.IO.File.Delete(Model);
        Assert.Contains("cannot be read", Missing(), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_so_when_its_file_is_gone()
    {
        Open().Register(Made());
        System.IO.File.Delete(Int8);
        Assert.Contains("not there any more", Missing(), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_so_when_its_file_has_changed()
    {
        Open().Register(Made());
        _folder.Write("model.int8.onnx", TinyOnnx.ChannelMeans(16, 16));
        Assert.Contains("has changed since", Missing(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{ \"version\": 1, \"variants\": [ { \"name\": \"int8\" } ] }")]
    [InlineData("{ \"version\": 2, \"variants\": [] }")]
    [InlineData("{ \"version\": 1, \"variants\": [ { \"modelContent\": \"a\", \"name\": \"int8\", \"path\": \"relative.onnx\", \"content\": \"b\", \"profile\": \"Cpu\", \"loss\": 0 } ] }")]
    public void Should_find_nothing_and_say_why_and_keep_the_old_when_the_file_is_damaged(string text)
    {
        Directory.CreateDirectory(_folder.File("cache"));
        System.IO.File.WriteAllText(File, text);
        Assert.Contains("cannot be used", Missing(), StringComparison.Ordinal);
        Assert.Equal(text, System.IO.File.ReadAllText(File));

        Assert.True(Open().Register(Made()));

        Assert.IsType<VariantFinding.Found>(Open().Find(Card(Model), "int8"));
        Assert.Contains("variants.json.damaged-1", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Equal(text, System.IO.File.ReadAllText(File + ".damaged-1"));
    }

    [Fact]
    public void Should_warn_when_it_cannot_be_kept()
    {
        _folder.Write("cache", []);
        Assert.False(Open().Register(Made()));
        Assert.Contains("cannot be registered", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mAP .5:.95", 0.365)]
    [InlineData("agreement", null)]
    public void Should_know_how_good_it_is_only_when_somebody_said_what_pictures_show(string metric, double? expected)
    {
        var report = Reports.Published with { Accuracy = Reports.Published.Accuracy! with { Metric = metric, Quantised = 36.5 }, Output = "relative.onnx" };
        var variant = RegisteredVariant.Of(report, Card(Model), "int8");
        Assert.Equal("classification, rgb, mean 0,0,0.5, std 1,2,3, stretch", variant.Input);
        Assert.Equal((expected, Path.GetFullPath("relative.onnx"), report.OutputContent), (variant.Accuracy, variant.Path, variant.Content));
        Assert.Equal((report.Gain!.QuantisedMilliseconds, report.Accuracy.Loss), (variant.RunTime?.TotalMilliseconds, variant.Loss));
    }

    [Fact]
    public void Should_refuse_to_register_what_was_refused() => Assert.Throws<ArgumentException>(() => RegisteredVariant.Of(Reports.Refused, Card(Model), "int8"));

    [Theory]
    [InlineData(QuantizationProfile.Cpu, ExecutionProvider.Cpu)]
    [InlineData(QuantizationProfile.TensorRt, ExecutionProvider.TensorRt)]
    public void Should_be_for_one_provider_alone_when_it_was_quantised_for_it(QuantizationProfile profile, ExecutionProvider provider) =>
        Assert.Equal([provider], (Made() with { Profile = profile }).ToVariant().Providers);

    private VariantRegistry Open() => new(File, _warnings.Add);

    private RegisteredVariant Made(string name = "int8") =>
        new(ModelFingerprint.Of(Model).Hex, name, Int8, ModelFingerprint.Of(Int8).Hex, QuantizationProfile.Cpu, 0.4) { Input = RegisteredVariant.InputOf(Card(Model)) };

    private static ModelCard Card(string path) =>
        new() { Id = new ModelId("m"), Path = path, Kind = ModelKind.Classification, Input = new InputSettings { Mean = [0, 0, 0.5f], Std = [1, 2, 3] } };

    private string Missing() => Assert.IsType<VariantFinding.Missing>(Open().Find(Card(Model), "int8")).Why;
}
