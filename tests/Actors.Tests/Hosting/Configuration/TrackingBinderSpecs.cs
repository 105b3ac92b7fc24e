using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Pipeline;
using ActorPipeline.Vision;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class TrackingBinderSpecs
{
    private const string Before = "actor-pipeline.models.d { path = d.onnx, kind = picodet }\nactor-pipeline.pipelines.p { source = v, detect = d, ";

    private static PipelineSettings Bound(string keys)
    {
        var result = Given.Configuration(Before + keys + " }");
        Assert.Empty(result.Errors);
        return result.Settings!.Pipelines[0];
    }

    [Fact]
    public void Should_bind_every_key_when_all_are_given()
    {
        var pipeline = Bound("""
            region = [0.1, 0, 1, 0.75], detect-every = 3
            tracking { enabled = true, lost-after = 500 ms, high-score = 0.6, reclassify-after = 0, reclassify-growth = 1, reclassify-below = 0.25, reclassify-wait = 2 s }
            """);

        Assert.Equal((new FrameRegion(0.1f, 0, 1, 0.75f), 3), (pipeline.Region, pipeline.DetectEvery));
        Assert.Equal(
            new TrackingSettings
            {
                Enabled = true, LostAfter = TimeSpan.FromMilliseconds(500), HighScore = 0.6f,
                ReclassifyAfter = TimeSpan.Zero, ReclassifyGrowth = 1, ReclassifyBelow = 0.25f, ReclassifyWait = TimeSpan.FromSeconds(2),
            },
            pipeline.Tracking);
        Assert.Equal((TimeSpan.FromMilliseconds(500), 0.6f), (pipeline.Tracking.Tracker.LostAfter, pipeline.Tracking.Tracker.HighScore));
    }

    [Fact]
    public void Should_look_at_all_of_every_frame_and_follow_nothing_when_nobody_says_so()
    {
        var pipeline = Bound("max-crops = 8");

        Assert.Equal((FrameRegion.Whole, 1, false), (pipeline.Region, pipeline.DetectEvery, pipeline.Tracking.Enabled));
    }

    [Theory]
    [InlineData("region = [0.5, 0, 0.5, 1]", "region: expected a list of four numbers from 0 to 1: left, top, right and bottom, left less than right and top less than bottom, found [0.5, 0, 0.5, 1]")]
    [InlineData("region = [0, 0.6, 1, 0.5]", "region: expected a list of four numbers from 0 to 1: left, top, right and bottom, left less than right and top less than bottom, found [0, 0.6, 1, 0.5]")]
    [InlineData("region = [0, 0, 1]", "region: expected a list of four numbers from 0 to 1: left, top, right and bottom, left less than right and top less than bottom, found [0, 0, 1]")]
    [InlineData("region = [0, 0, 640, 480]", "region: expected a list of four numbers from 0 to 1: left, top, right and bottom, left less than right and top less than bottom, found [0, 0, 640, 480]")]
    [InlineData("detect-every = 0", "detect-every: expected a whole number from 1 to 100, found \"0\"")]
    [InlineData("detect-every = 2", "detect-every: detect-every = 2 needs tracking.enabled = true: what is on the frames between is known from tracking alone")]
    [InlineData("tracking = true", "tracking: expected an object { }, found \"true\"")]
    [InlineData("tracking.enabled = maybe", "tracking.enabled: expected true or false, found \"maybe\"")]
    [InlineData("tracking.lost-after = 0", "tracking.lost-after: expected a duration from 10 ms to 10 min, found \"0\"")]
    [InlineData("tracking.high-score = 60", "tracking.high-score: expected a number from 0 to 1, found \"60\"")]
    [InlineData("tracking.reclassify-after = 5", "tracking.reclassify-after: expected a duration from 0 to 1 h, found \"5\"")]
    [InlineData("tracking.reclassify-growth = 0.9", "tracking.reclassify-growth: expected a number from 1 to 100, found \"0.9\"")]
    [InlineData("tracking.reclassify-below = NaN", "tracking.reclassify-below: expected a number from 0 to 1, found \"NaN\"")]
    [InlineData("tracking.reclassify-wait = 1 ms", "tracking.reclassify-wait: expected a duration from 10 ms to 1 h, found \"1 ms\"")]
    [InlineData("tracking.buffer = 30", "tracking.buffer: unknown key; known here: enabled, lost-after, high-score, reclassify-after, reclassify-growth, reclassify-below, reclassify-wait")]
    public void Should_say_what_is_wrong_when_a_key_does_not_fit(string key, string expected) =>
        Assert.EndsWith(": actor-pipeline.pipelines.p." + expected, Assert.Single(Given.Faults(Before + key + " }")));

    [Fact]
    public void Should_point_at_the_number_when_frames_are_left_out_without_tracking()
    {
        var fault = Assert.Single(Given.Faults(Before + "detect-every = 2, tracking.lost-after = 1 s }"));

        Assert.StartsWith($"2:{Before[Before.IndexOf('\n')..].Length + "detect-every = ".Length}: ", fault);
    }
}
