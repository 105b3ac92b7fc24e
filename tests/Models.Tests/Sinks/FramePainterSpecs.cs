using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sinks;

public sealed class FramePainterSpecs
{
    private static readonly LabelReport[] Labels = [new("red", 0.9f)];

    private static readonly ObjectReport Object = new(new BoundingBox(100, 100, 300, 260), "item", 0.87f, Labels);

    [Fact]
    public void Should_show_the_best_label_of_each_classifier_when_there_are_several() => Assert.Equal(
        ["red", "round"],
        FramePainter.BestOfEach([new("red", 0.9f) { By = "colour" }, new("pink", 0.1f) { By = "colour" }, new("round", 0.5f) { By = "shape" }]).Select(l => l.Name));

    [Fact]
    public void Should_show_the_best_label_when_there_is_one_classifier() =>
        Assert.Equal("red", Assert.Single(FramePainter.BestOfEach([new("red", 0.9f), new("pink", 0.1f)])).Name);

    [Fact]
    public void Should_say_what_was_not_worked_out_anew_when_something_was_not()
    {
        Assert.Equal("", FramePainter.Savings([Object, Object with { Track = 1 }]));
        Assert.Equal(", 2 with labels reused, 1 predicted", FramePainter.Savings([Object, Object with { Reused = true }, Object with { Reused = true, Predicted = true }]));
    }

    [Fact]
    public void Should_draw_a_thin_box_and_dark_ground_when_labels_are_reused()
    {
        using var fresh = Drawn(Object with { Track = 5 });
        using var reused = Drawn(Object with { Track = 5, Reused = true });
        var colour = FramePainter.ColourOf("item");

        var dark = Scalar.All(40);
        Assert.True(Count(fresh, colour, Text) > 0 && Count(fresh, dark, Text) == 0);
        Assert.True(Count(reused, dark, Text) > Text.Width * Text.Height / 4);
        Assert.InRange(Count(reused, colour, Right), 1, Count(fresh, colour, Right) / 2);
        Assert.Equal(Right.Height, Count(reused, colour, new Rect(300, Right.Y, 1, Right.Height)));
    }

    [Fact]
    public void Should_draw_corners_alone_when_a_box_is_predicted()
    {
        using var drawn = Drawn(Object with { Track = 5, Predicted = true });
        var colour = FramePainter.ColourOf("item");

        Assert.Equal(0, Count(drawn, colour, new Rect(296, 150, 10, 60)));
        Assert.True(Count(drawn, colour, new Rect(296, 110, 10, 20)) > 0);
        Assert.True(Count(drawn, colour, new Rect(296, 230, 10, 20)) > 0);
    }

    [Fact]
    public void Should_draw_the_same_as_ever_when_objects_are_not_followed()
    {
        using var followed = Drawn(Object with { Track = 5 });
        using var drawn = Drawn(Object);

        Assert.Equal(Count(followed, FramePainter.ColourOf("item"), Right), Count(drawn, FramePainter.ColourOf("item"), Right));
    }

    /// <summary>The middle of the box's right edge, clear of its text.</summary>
    private static Rect Right => new(296, 150, 10, 60);

    /// <summary>The beginning of the text over the box.</summary>
    private static Rect Text => new(100, 84, 100, 12);

    private static Mat Drawn(ObjectReport found)
    {
        OpenCvRuntime.EnsureLoaded();
        var canvas = new Mat(new Size(640, 480), MatType.CV_8UC3, Scalar.All(128));
        FramePainter.Draw(canvas, new FrameReport(0, TimeSpan.Zero, null, 640, 480, "classified", null, 1, [found]));
        return canvas;
    }

    private static int Count(Mat picture, Scalar colour, Rect part)
    {
        using var place = picture.SubMat(part);
        using var found = new Mat();
        Cv2.InRange(place, colour, colour, found);
        return Cv2.CountNonZero(found);
    }
}
