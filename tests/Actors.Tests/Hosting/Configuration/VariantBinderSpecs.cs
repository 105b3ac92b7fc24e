using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Quantization;

namespace ActorPipeline.Tests.Hosting.Configuration;

/// <summary>The forms of a model: those that have a file, those that are registered, and the one that is chosen.</summary>
public class VariantBinderSpecs
{
    private const string Three = "variant = fp32, variants = [ { name = half, path = h.onnx, providers = [cuda] }, { name = int8, run-ms = 2 } ]";

    private static readonly RegisteredVariant Registered = new("m/d.onnx", "int8", "/made/d.int8.onnx", "c0ffee", QuantizationProfile.Cpu, 0.4)
    {
        Accuracy = 0.36, RunTime = TimeSpan.FromMilliseconds(9),
    };

    private FakeVariants _registry = new(Registered);

    private ConfigurationResult Read(string more, string model = "path = m/d.onnx", params (string Name, string Value)[] environment) => ActorPipelineConfiguration.Read(
        $$"""actor-pipeline.models.d { {{model}}, kind = picodet, providers = [cuda, cpu], footprint { load = 9 MiB, resident = 8 MiB, run = 7 MiB }, {{more}} }""",
        "test.conf", Given.Lookup(environment), registry: _registry);

    private ModelCard Card(string more)
    {
        var result = Read(more);
        Assert.Empty(result.Errors);
        return Assert.Single(result.Settings!.Models).Value;
    }

    private string Fault(string more) => Assert.Single(Read(more).Errors).ToString();

    [Fact]
    public void Should_take_file_speed_and_accuracy_from_the_registry_when_a_variant_has_a_name_alone()
    {
        var int8 = Assert.Single(Card("variants = [ { name = int8 } ]").Variants);

        Assert.Equal(("/made/d.int8.onnx", 9.0, 0.36), (int8.Path, int8.RunTime?.TotalMilliseconds, int8.Accuracy));
        Assert.Equal([ExecutionProvider.Cpu], int8.Providers);
        Assert.Null(int8.Footprint);
    }

    [Fact]
    public void Should_ask_with_how_pictures_become_the_input_and_pass_a_warning_on_when_a_variant_is_registered()
    {
        _registry = new FakeVariants(Registered) { Warning = "is old" };
        var result = Read("input { channels = bgr, mean = [1, 2, 3] }, variants = [ { name = int8 } ]");

        Assert.Equal((ModelKind.PicoDet, ChannelOrder.Bgr, 2f), (_registry.Last!.Kind, _registry.Last.Input.Channels, _registry.Last.Input.Mean[1]));
        Assert.Contains(result.Warnings, w => w.ToString().EndsWith("actor-pipeline.models.d.variants[0].name: is old", StringComparison.Ordinal));
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void Should_keep_what_the_configuration_says_when_the_registry_says_something_else()
    {
        var int8 = Assert.Single(Card("variants = [ { name = int8, run-ms = 2, accuracy = 0.3, providers = [cuda], footprint { load = 3 MiB, resident = 2 MiB, run = 1 MiB } } ]").Variants);

        Assert.Equal((2.0, 0.3), (int8.RunTime?.TotalMilliseconds, int8.Accuracy));
        Assert.Equal([ExecutionProvider.Cuda], int8.Providers);
        Assert.Equal(Footprint.Declared(Bytes.MiB(3), Bytes.MiB(2), Bytes.MiB(1)), int8.Footprint);
    }

    [Fact]
    public void Should_not_ask_the_registry_when_every_variant_has_a_path()
    {
        Assert.Equal("x.onnx", Assert.Single(Card("variants = [ { name = int8, path = x.onnx } ]").Variants).Path);
        Assert.Empty(_registry.Asked);
    }

    [Fact]
    public void Should_point_at_the_name_when_nothing_is_registered_under_it()
    {
        var fault = Fault("variants = [ { name = int4 } ]");
        Assert.StartsWith("test.conf:1:", fault);
        Assert.EndsWith("actor-pipeline.models.d.variants[0].name: no form 'int4'; run quantize", fault);
    }

    [Theory]
    [InlineData("path = ${?NOWHERE}")]
    [InlineData("path = ${?NOWHERE}\"/x.onnx\"")]
    public void Should_name_the_variable_and_not_look_for_a_registered_form_when_a_variants_path_needs_one_that_is_not_set(string path)
    {
        Assert.Contains("environment variable NOWHERE is not set", Fault($"variants = [ {{ name = int8, {path} }} ]"));
        Assert.Empty(_registry.Asked);
    }

    [Fact]
    public void Should_say_one_thing_alone_when_the_models_own_path_is_wrong()
    {
        var errors = Read("variants = [ { name = int8 } ]", "path = ${?NOWHERE}\"/d.onnx\"").Errors;
        Assert.Contains("NOWHERE", Assert.Single(errors).Message);
        Assert.Empty(_registry.Asked);
    }

    [Fact]
    public void Should_say_one_thing_alone_when_the_models_kind_is_wrong()
    {
        var result = ActorPipelineConfiguration.Read("actor-pipeline.models.d { path = m/d.onnx, kind = cat, variants = [ { name = int8 } ] }", "test.conf", _ => null, registry: _registry);
        Assert.Contains("cat", Assert.Single(result.Errors).Message);
        Assert.Empty(_registry.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData(", form = auto")]
    public void Should_have_all_forms_when_none_is_chosen(string form)
    {
        var card = Card(Three + form);
        Assert.Equal(("fp32", "m/d.onnx"), (card.Variant, card.Path));
        Assert.Equal(["half", "int8"], card.Variants.Select(v => v.Name));
    }

    [Fact]
    public void Should_be_that_form_and_no_other_when_a_variant_is_chosen()
    {
        var card = Card($"{Three}, form = half");

        Assert.Equal(("half", "h.onnx", null), (card.Variant, card.Path, card.Footprint));
        Assert.Equal([ExecutionProvider.Cuda], card.Providers);
        Assert.Empty(card.Variants);
        Assert.Empty(_registry.Asked);
    }

    [Fact]
    public void Should_be_the_registered_form_when_that_is_chosen()
    {
        var card = Card($"{Three}, form = int8");
        Assert.Equal(("int8", "/made/d.int8.onnx"), (card.Variant, card.Path));
        Assert.Empty(card.Variants);
    }

    [Fact]
    public void Should_be_its_own_form_and_need_no_other_when_that_is_chosen()
    {
        var card = Card("variant = fp32, variants = [ { name = int4 } ], form = fp32");
        Assert.Equal(("fp32", "m/d.onnx", Footprint.Declared(Bytes.MiB(9), Bytes.MiB(8), Bytes.MiB(7))), (card.Variant, card.Path, card.Footprint));
        Assert.Empty(card.Variants);
        Assert.Empty(_registry.Asked);
    }

    [Fact]
    public void Should_choose_by_an_override_when_the_file_says_something_else()
    {
        var result = ActorPipelineConfiguration.Read(
            $$"""actor-pipeline.models.d { path = m/d.onnx, kind = picodet, {{Three}}, form = fp32 }""", "test.conf", _ => null,
            [new("actor-pipeline.models.d.form", "int8")], registry: _registry);
        Assert.Equal("/made/d.int8.onnx", result.Settings!.Models.Values.Single().Path);
    }

    [Theory]
    [InlineData(Three + ", form = int9", "form: no form of this model is called 'int9': it has fp32, half, int8")]
    [InlineData("variants = [ { name = int8 } ], form = fp32", "form: no form of this model is called 'fp32': it has int8, and the one in its own path, which the key variant gives a name")]
    [InlineData("form = fp32", "form: no form of this model is called 'fp32': it has the one in its own path, which the key variant gives a name")]
    [InlineData("form = [a]", "form: expected auto, or the name of a form, found [a]")]
    [InlineData("variant = auto", "variant: no form may be called 'auto': that stands for all of them")]
    [InlineData("variants = [ { name = auto, path = x } ]", "variants[0].name: no form may be called 'auto': that stands for all of them")]
    [InlineData("variant = a, variants = [ { name = a, path = x } ]", "variants[0].name: another variant of this model is called 'a'")]
    [InlineData("variants = [ { name = a, path = x }, { name = a, path = x } ]", "variants[1].name: another variant of this model is called 'a'")]
    [InlineData("variants = [ { path = x } ]", "variants[0].name: missing; expected a name of letters, digits, '.', '-' and '_'")]
    public void Should_say_what_is_wrong_when_forms_are(string more, string expected) => Assert.EndsWith(expected, Fault(more));

    [Fact]
    public void Should_have_the_form_in_its_own_path_alone_when_the_others_are_yet_to_be_made()
    {
        const string text = "actor-pipeline.models.d { path = m/d.onnx, kind = picodet, variants = [ { name = int8 }, { name = int4 } ], form = int8 }";
        var result = ActorPipelineConfiguration.ReadOwnForms(text, "test.conf", _ => null, [], "/base");

        var card = Assert.Single(result.Settings!.Models).Value;
        Assert.Equal("/base/m/d.onnx", card.Path);
        Assert.Empty(card.Variants);
    }

    [Fact]
    public void Should_look_in_the_users_own_registry_when_none_is_given()
    {
        var result = ActorPipelineConfiguration.Read(
            "actor-pipeline.models.d { path = /nowhere/d.onnx, kind = picodet, variants = [ { name = int8 } ] }", "test.conf", name => name == FootprintFolder.Variable ? "/nowhere" : null);
        Assert.Contains("'/nowhere/d.onnx' cannot be read", Assert.Single(result.Errors).Message);
    }
}
