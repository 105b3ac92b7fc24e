using System.Globalization;
using System.Xml.Linq;
using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting.Quantizing;

public sealed class QuantizationPictureSpecs
{
    [Fact]
    public void Should_show_every_step_and_mark_the_chosen_one_when_some_were_tried()
    {
        var svg = Parse(Reports.Published);
        Assert.Single(Classed(svg, "chosen"));
        Assert.Equal(Reports.Published.Steps.Count - 1, Classed(svg, "step").Count());
        var texts = Texts(svg);
        foreach (var step in Reports.Published.Steps) Assert.Contains(step.Name, texts);
        // In the plot, and in the list.
        foreach (var number in (string[])["3", "4", "6"]) Assert.Equal(2, texts.Count(t => t == number));
    }

    [Fact]
    public void Should_draw_the_bound_where_as_much_is_lost_when_there_is_one()
    {
        var report = Reports.Published with { Steps = [new("at the bound", 3, 30, 1, 10, 0.8), new("chosen", 3, 30, 0.2, 10, 0.9, Chosen: true)] };
        var svg = Parse(report);
        var bound = Number(Assert.Single(Classed(svg, "bound")), "y1");
        Assert.Equal(bound, Number(Assert.Single(Classed(svg, "step")), "cy"), 1);
        Assert.True(Number(Assert.Single(Classed(svg, "chosen")), "cy") < bound, "less lost is higher up");
    }

    [Fact]
    public void Should_put_the_quicker_one_left_and_the_float_model_at_nothing_lost_when_steps_differ()
    {
        var svg = Parse(Reports.Published with { Steps = [new("quick", 3, 30, 0, 10, 0.5), new("slow", 3, 30, 0, 10, 1)] });
        var (quick, slow) = (Classed(svg, "step").First(), Classed(svg, "step").Last());
        var origin = Assert.Single(Classed(svg, "float"));
        Assert.True(Number(quick, "cx") < Number(slow, "cx"));
        Assert.Equal((Number(slow, "cx"), Number(slow, "cy")), (Number(origin, "x") + 5, Number(origin, "y") + 5));
    }

    [Fact]
    public void Should_draw_the_held_out_loss_with_its_interval_when_it_came_to_that()
    {
        var interval = Parse(Reports.Published with { Steps = [new("low end", 3, 30, -0.6, 10, 0.8), new("high end", 3, 30, 1.4, 10, 0.8)] });
        Assert.Single(Classed(interval, "held-out"));
        var bar = Classed(interval, "interval").First();
        var ends = Classed(interval, "step").Select(s => Number(s, "cy")).Order();
        Assert.Equal(ends, new[] { Number(bar, "y1"), Number(bar, "y2") }.Order());
        Assert.Empty(Classed(Parse(Reports.Published with { Accuracy = null }), "held-out"));
    }

    [Fact]
    public void Should_say_why_when_it_was_refused()
    {
        var verdict = Assert.Single(Classed(Parse(Reports.Refused), "verdict")).Value;
        Assert.Equal("refused: it loses 3.2 points, and the bound is 1; its file is no smaller", verdict);
        Assert.Equal("published", Assert.Single(Classed(Parse(Reports.Published), "verdict")).Value);
    }

    [Fact]
    public void Should_be_well_formed_and_bounded_when_there_is_nothing_or_very_much_or_nonsense()
    {
        QuantizationReport[] reports =
        [
            Reports.Published with { Steps = [], Accuracy = null, Gain = null, MaxLoss = 0 },
            Reports.Published with { Model = "/a<b&\"c.onnx", Steps = [.. Enumerable.Range(0, 400).Select(Step)] },
            Reports.Published with { Steps = [new("not timed", 3, 30, 0, double.NaN, double.NaN), new("not measured", 3, double.NaN, double.NaN, 1, 0.5), new("very slow", 3, 30, 99, 1, 40)] },
            Reports.Published with { Gain = null, Steps = [new("alone", 3, 30, 0, 10, 1)], Accuracy = Reports.Published.Accuracy! with { Low = double.NaN } },
        ];
        foreach (var report in reports)
        {
            var text = QuantizationPicture.Of(report);
            var svg = XDocument.Parse(text);
            Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
            Assert.DoesNotContain("∞", text, StringComparison.Ordinal);
            Assert.InRange(text.Length, 1000, 200_000);
            var height = Number(svg.Root!, "height");
            foreach (var circle in svg.Descendants().Where(e => e.Name.LocalName == "circle"))
            {
                Assert.InRange(Number(circle, "cx"), 84, 1200);
                Assert.InRange(Number(circle, "cy"), 88, height - 60);
            }
            Assert.All(svg.Descendants().Where(e => e.Name.LocalName == "text" && e.Attribute("transform") is null), e => Assert.InRange(Number(e, "y"), 0, height));
        }
        Assert.Contains("and 340 more, which the report lists", Texts(Parse(reports[1])));
        Assert.Contains("nothing was tried that could be timed", Texts(Parse(reports[0])));
    }

    [Fact]
    public void Should_lay_no_label_over_another_when_many_steps_are_alike()
    {
        // Labels in the plot, by their class of being centred with a white edge.
        var svg = Parse(Reports.Published with { Steps = [.. Enumerable.Range(0, 24).Select(i => new QuantizationStep($"step {i}", 60, 35, 0.4 + (0.01 * (i % 5)), 14, 0.75 + (0.002 * i)))] });
        var labels = svg.Descendants().Where(e => e.Attribute("paint-order") is not null).ToArray();
        Assert.Equal(26, labels.Length);
        for (var i = 0; i < labels.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var across = Math.Abs(Number(labels[i], "x") - Number(labels[j], "x")) * 2;
                Assert.True(across >= ((labels[i].Value.Length + labels[j].Value.Length) * 7) || Math.Abs(Number(labels[i], "y") - Number(labels[j], "y")) >= 12.9, $"{labels[i].Value} lies over {labels[j].Value}");
            }
        }
    }

    private static QuantizationStep Step(int i) => new($"without group {i} and some others of a name that is very long indeed", i, 30, (i % 60) - 2, 10, 0.5 + (i / 400.0), Chosen: i == 7);

    private static XDocument Parse(QuantizationReport report) => XDocument.Parse(QuantizationPicture.Of(report));

    private static IEnumerable<XElement> Classed(XDocument svg, string name) => svg.Descendants().Where(e => e.Attribute("class")?.Value == name);

    private static string[] Texts(XDocument svg) => [.. svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
