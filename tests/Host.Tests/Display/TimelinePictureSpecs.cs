using System.Globalization;
using System.Xml.Linq;
using ActorPipeline.Hosting.Running;

namespace ActorPipeline.Hosting.Display;

public sealed class TimelinePictureSpecs
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(800, 200)]
    [InlineData(30_000, 19_000)]
    public void Is_well_formed_and_bounded(int frames, int swaps)
    {
        var text = TimelinePicture.Of(TestRecord.Of(frames, swaps), "demo", 16);
        var svg = XDocument.Parse(text);
        Assert.Equal("1200", svg.Root!.Attribute("width")!.Value);
        Assert.NotNull(Classed(svg, "budget").SingleOrDefault());
        Assert.NotNull(Classed(svg, "window").SingleOrDefault());
        foreach (var path in svg.Descendants().Where(e => e.Name.LocalName == "path"))
            Assert.InRange(path.Attribute("d")!.Value.Count(c => c is 'M' or 'L'), 1, TimelinePicture.MostCorners + 4);
        Assert.InRange(text.Length, 1000, 400_000);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_never_began_is_drawn_too() => XDocument.Parse(TimelinePicture.Of(new RunRecord(), "demo", 0));

    [Fact]
    public void Names_are_escaped_and_shown()
    {
        var svg = XDocument.Parse(TimelinePicture.Of(TestRecord.Of(10, 4, pipeline: "a<b&\"c"), "x<y", 16));
        var texts = svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value).ToArray();
        Assert.Contains("a<b&\"c: buffers", texts);
        Assert.Contains("detector (2 loads)", texts);
        Assert.Contains("budget 64 MiB", texts);
        Assert.Contains("10 frames in 10.0 s, 1.0 frames/s, 4 loads", texts);
    }

    [Fact]
    public void Nothing_lies_outside_the_picture()
    {
        var svg = XDocument.Parse(TimelinePicture.Of(TestRecord.Of(300, 50), "demo", 16));
        foreach (var path in svg.Descendants().Where(e => e.Name.LocalName == "path"))
        {
            foreach (var corner in path.Attribute("d")!.Value.Split(['M', 'L', 'Z'], StringSplitOptions.RemoveEmptyEntries))
            {
                var numbers = corner.Trim().Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture)).ToArray();
                Assert.InRange(numbers[0], 72, 1176);
                Assert.InRange(numbers[1], 90, 580);
            }
        }
    }

    [Fact]
    public void Layers_are_as_high_as_what_was_held()
    {
        // 48 of a top of 64 * 1.08 MiB, in the panel from 428 up to 96.
        var svg = XDocument.Parse(TimelinePicture.Of(TestRecord.Of(10, 4), "demo", 16));
        var top = 428 - (48 / (64 * 1.08) * (428 - 96));
        Assert.Contains(top.ToString("0.0", CultureInfo.InvariantCulture), Classed(svg, "held").First().Attribute("d")!.Value, StringComparison.Ordinal);
    }

    private static IEnumerable<XElement> Classed(XDocument svg, string name) => svg.Descendants().Where(e => e.Attribute("class")?.Value == name);
}
