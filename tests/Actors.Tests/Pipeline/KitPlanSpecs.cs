using ActorPipeline.Catalog;
using ActorPipeline.Serving;
using ActorPipeline.Sources;

namespace ActorPipeline.Pipeline;

public sealed class KitPlanSpecs
{
    private const int FrameBytes = 300;
    private static readonly IReadOnlyList<PipelineClassifier> Crop = [Classifier("a", 10)];

    private static readonly PipelineSettings Settings = new()
    {
        Id = new PipelineId("street"), Source = "", Detect = new ModelId("detector"), MaxCrops = 4, Window = new WindowSettings { Max = 8 },
    };

    [Fact]
    public void Should_take_lanes_plus_two_pixel_buffers_when_no_sink_draws_and_waits()
    {
        var plan = KitPlan.For(Settings, Source(live: false), lanes: 3, Crop, []);

        Assert.Equal((5, 0), (plan.PixelBuffers, plan.Spares));
        Assert.Equal((8, 4 * 10 * 10 * 3), (plan.CropBuffers, plan.CropBytes));
        Assert.Equal(new Bytes((5 * FrameBytes) + (8 * 1200)), plan.Total);
    }

    [Fact]
    public void Should_take_a_pixel_buffer_for_each_frame_in_flight_when_a_sink_draws_and_waits() =>
        Assert.Equal(10, KitPlan.For(Settings, Source(live: false), lanes: 3, Crop, [Sink(SinkOverflow.Wait)]).PixelBuffers);

    [Fact]
    public void Should_add_its_slots_when_a_sink_draws_and_drops() =>
        Assert.Equal(5 + 4, KitPlan.For(Settings, Source(live: false), lanes: 3, Crop, [Sink(SinkOverflow.Drop)]).PixelBuffers);

    [Fact]
    public void Should_add_two_spares_when_the_source_is_live()
    {
        var plan = KitPlan.For(Settings, Source(live: true), lanes: 3, Crop, []);

        Assert.Equal((7, 2), (plan.PixelBuffers, plan.Spares));
    }

    [Fact]
    public void Should_take_no_crop_buffers_when_nothing_is_classified()
    {
        var plan = KitPlan.For(Settings, Source(live: false), lanes: 1, classifiers: [], []);

        Assert.Equal((0, 0), (plan.CropBuffers, plan.CropBytes));
        Assert.Equal(new Bytes(3 * FrameBytes), plan.Total);
    }

    [Fact]
    public void Should_hold_each_size_once_when_several_classifiers_look_at_a_crop()
    {
        var classifiers = (PipelineClassifier[])[Classifier("a", 10), Classifier("b", 4), Classifier("c", 10)];

        var layout = CropLayout.Of(classifiers, maxCrops: 4);

        // The second size begins at the next multiple of 64 bytes.
        Assert.Equal([new CropRegion(10, 10, 0), new CropRegion(4, 4, 1216)], layout.Regions);
        Assert.Equal(1216 + (4 * 4 * 4 * 3), KitPlan.For(Settings, Source(live: false), lanes: 1, classifiers, []).CropBytes);
        Assert.Equal(layout.Regions[0], layout.RegionOf(classifiers[2]));
    }

    [Fact]
    public void Should_give_crops_of_their_own_to_those_that_look_at_others_or_want_them_otherwise()
    {
        var some = Classifier("b", 10) with { Use = new ClassifierUse { Classes = ["car", "bus"] } };
        var same = Classifier("c", 10) with { Use = new ClassifierUse { Classes = ["bus", "car"] } };
        var turned = Classifier("d", 10) with { Use = new ClassifierUse { Upright = new ModelId("a") } };
        var lines = Classifier("e", 10) with { Resize = ResizeMode.Line };
        PipelineClassifier[] classifiers = [Classifier("a", 10), some, same, turned, lines];

        var layout = CropLayout.Of(classifiers, maxCrops: 1);

        Assert.Equal([0, 1, 1, 2, 3], classifiers.Select(layout.IndexOf));
        Assert.Equal([0, 320, 640, 960], layout.Regions.Select(r => r.Offset));
    }

    private static PipelineClassifier Classifier(string model, int size) => new(new ModelId(model), size, size, [0]);

    private static SourceInfo Source(bool live) => new(live, 10, 10, 25, null, FrameBytes);

    private static SinkSettings Sink(SinkOverflow overflow) => new() { Type = "video", Path = "x", Overflow = overflow, Slots = 4 };
}
