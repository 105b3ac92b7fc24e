using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Hosting.Readme;
using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting.Running;

/// <summary>The configurations that come with the project work alike on every machine, however many cores it has.</summary>
public sealed class ShippedConfigurationSpecs
{
    [Theory]
    [InlineData("demo.conf", 26)]
    [InlineData("street.conf", 21)]
    [InlineData("seed.conf", 21)]
    public void Should_hold_one_model_at_a_time_and_not_both_when_it_is_read(string file, int buffers)
    {
        var path = Path.Combine(ReadmeText.Root, "hocon", file);
        var settings = ActorPipelineConfiguration.Read(File.ReadAllText(path), file, _ => "/data").Settings!;

        Assert.True(settings.Serving.Lanes > 0, "declared footprints are for a number of lanes, so the file must name it");
        var leases = settings.Models.Values.Select(m => m.Footprint!.LoadLease(settings.Serving.Lanes)[MemoryPool.Host]).ToArray();
        Assert.All(leases, lease => Assert.True(lease + Bytes.MiB(buffers) < settings.Memory.Budget));
        Assert.True(leases.Aggregate(Bytes.Zero, (sum, lease) => sum + lease) + Bytes.MiB(buffers) > settings.Memory.Budget, "both fit beside the buffers");
    }

    [Fact]
    public void Should_run_in_floats_and_need_no_form_that_is_yet_to_be_made_when_the_seed_is_read()
    {
        var settings = Seed();
        Assert.All(settings.Settings!.Models.Values, card => Assert.Equal(("fp32", 0), (card.Variant, card.Variants.Count)));
        Assert.Equal("/data/models/picodet_s_320_coco.onnx", settings.Settings.Models[new ModelId("detector")].Path);
    }

    [Theory]
    [InlineData("int8")]
    [InlineData("auto")]
    public void Should_say_what_to_do_when_the_seed_is_to_use_a_form_that_nobody_made(string form) =>
        Assert.Contains("quantize", Assert.Single(Seed(new("actor-pipeline.models.detector.form", form)).Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void Should_use_the_registered_form_when_the_seed_is_told_to()
    {
        var settings = Seed(new KeyValuePair<string, string>("actor-pipeline.models.detector.form", "int8"), new Registered());
        Assert.Equal("/made/int8.onnx", settings.Settings!.Models[new ModelId("detector")].Path);
    }

    private static ConfigurationResult Seed(KeyValuePair<string, string>? set = null, IVariantRegistry? registry = null) => ActorPipelineConfiguration.Read(
        File.ReadAllText(Path.Combine(ReadmeText.Root, "hocon", "seed.conf")), "seed.conf", _ => "/data", set is { } one ? [one] : [], registry: registry ?? new Nothing());

    private sealed class Registered : IVariantRegistry
    {
        public VariantFinding Find(ModelCard card, string name) => new VariantFinding.Found(new RegisteredVariant("", name, $"/made/{name}.onnx", "", QuantizationProfile.Cpu, null));
    }

    private sealed class Nothing : IVariantRegistry
    {
        public VariantFinding Find(ModelCard card, string name) => new VariantFinding.Missing("run quantize");
    }
}
