using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting;

public sealed class MergePlanSpecs
{
    private static readonly ModelCard A = Card("a"), B = Card("b"), C = Card("c");

    [Fact]
    public void Should_merge_in_the_order_of_the_pipeline_when_all_want_it()
    {
        var merged = Assert.Single(Plan([C, A, B]));

        Assert.Equal("c+a+b", merged.Id.Value);
        Assert.Equal([C, A, B], merged.Merged);
        Assert.Equal((ModelKind.Classification, "c.onnx", null, null), (merged.Kind, merged.Path, merged.LabelsPath, merged.Footprint));
    }

    [Fact]
    public void Should_want_what_any_of_its_parts_wants_when_they_are_merged()
    {
        var merged = Assert.Single(Plan([A with { Top = 3, Footprint = Footprint.Declared(Bytes.MiB(9), Bytes.MiB(9), Bytes.Zero) }, B with { Pin = true, Priority = 5 }]));

        Assert.Equal((true, 5, 4, null), (merged.Pin, merged.Priority, merged.LabelsEach, merged.Footprint));
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(4, null, 4)]
    [InlineData(4, 1, 1)]
    public void Should_take_no_more_crops_at_once_than_any_of_its_parts_when_they_are_merged(int? first, int? second, int? merged) =>
        Assert.Equal(merged, Assert.Single(Plan([A with { MaxBatch = first }, B with { MaxBatch = second }])).MaxBatch);

    [Fact]
    public void Should_leave_apart_what_does_not_take_the_same_pictures_in_the_same_way()
    {
        Assert.Empty(Plan([A, B with { Merge = false }]));
        Assert.Empty(Plan([A, B with { Providers = [ExecutionProvider.Cuda] }]));
        Assert.Empty(Plan([A, B with { Input = new InputSettings { Mean = [0, 0, 0] } }]));
        Assert.Empty(Plan([A, B with { Input = new InputSettings { Channels = ChannelOrder.Bgr } }]));
        Assert.Empty(Plan([A, B], width: card => card == A ? 32 : 64));
        Assert.Empty(Plan([A, B], variants: card => card == A ? 1 : 2));
    }

    [Fact]
    public void Should_make_several_groups_when_some_are_alike_among_themselves()
    {
        InputSettings other = new() { Resize = ResizeMode.Letterbox };

        Assert.Equal(["a+c", "b+d"], Plan([A, B with { Input = other }, C, Card("d") with { Input = other }]).Select(m => m.Id.Value));
    }

    [Fact]
    public void Should_compare_what_numbers_say_when_lists_are_written_twice() =>
        Assert.Single(Plan([A with { Input = new InputSettings { Mean = [1, 2, 3] } }, B with { Input = new InputSettings { Mean = [1, 2, 3] } }]));

    private static IReadOnlyList<ModelCard> Plan(ModelCard[] cards, Func<ModelCard, int>? width = null, Func<ModelCard, int>? variants = null) => MergePlan.For(
        new PipelineSettings { Id = new PipelineId("p"), Source = "", Detect = new ModelId("d"), Classify = [.. cards.Select(c => c.Id)] },
        cards.ToDictionary(c => c.Id, c =>
        {
            var inspection = new ModelInspection(width?.Invoke(c) ?? 32, 32, Bytes.Zero, Footprint.Declared(Bytes.MiB(1), Bytes.MiB(1), Bytes.Zero));
            return new InspectedModel(c, [.. Enumerable.Range(0, variants?.Invoke(c) ?? 1).Select(i => new InspectedVariant($"v{i}", c, inspection))]);
        }));

    private static ModelCard Card(string id) => new() { Id = new ModelId(id), Path = $"{id}.onnx", Kind = ModelKind.Classification, Merge = true, LabelsPath = "l" };
}
