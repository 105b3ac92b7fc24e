using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

public class SsdDecoderSpecs
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_put_corners_into_the_picture_when_they_are_from_0_to_1(bool topFirst)
    {
        var decoder = new SsdDecoder(300, 200, 0.5f);
        float[] box = topFirst ? [0.1f, 0.2f, 0.5f, 0.6f] : [0.2f, 0.1f, 0.6f, 0.5f];
        decoder.Begin(new PictureScale(2, 3, 600, 600));
        decoder.Read(box, [0.9f], [17], 1, topFirst);
        var into = new Detection[1];
        Assert.Equal(1, decoder.Finish(into));
        Assert.Equal((17, 0.9f), (into[0].ClassIndex, into[0].Score));
        Assert.Equal([120, 60, 360, 300], [MathF.Round(into[0].Box.Left), MathF.Round(into[0].Box.Top), MathF.Round(into[0].Box.Right), MathF.Round(into[0].Box.Bottom)]);
    }

    [Fact]
    public void Should_give_every_box_above_the_threshold_when_boxes_are_random()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var n = random.Next(1, 120);
            var count = random.Next(-3, n + 20);
            float[] boxes = [.. Enumerable.Range(0, n).SelectMany(_ => Box(random))], scores = [.. Enumerable.Range(0, n).Select(_ => random.NextSingle())], classes = [.. Enumerable.Range(0, n).Select(_ => (float)random.Next(5))];
            var decoder = new SsdDecoder(100, 100, 0.4f);
            var into = new Detection[200];
            decoder.Begin(new PictureScale(1, 1, 100, 100));
            decoder.Read(boxes, scores, classes, count, topFirst: false);
            var found = into[..decoder.Finish(into)];
            var wanted = Enumerable.Range(0, Math.Clamp(count, 0, n)).Where(i => scores[i] >= 0.4f).OrderByDescending(i => scores[i]).ToArray();
            // Also boxes that lie on each other: what is to be suppressed the graph has suppressed.
            Assert.Equal(wanted.Select(i => (scores[i], (int)classes[i])), found.Select(d => (d.Score, d.ClassIndex)));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-1)]
    [InlineData(float.PositiveInfinity)]
    public void Should_leave_a_box_out_when_its_class_is_no_number_of_one(float index)
    {
        var decoder = new SsdDecoder(100, 100, 0.4f);
        decoder.Begin(new PictureScale(1, 1, 100, 100));
        decoder.Read([0, 0, 1, 1, 0, 0, float.NaN, 1], [0.9f, 0.8f], [index, 1], 2, topFirst: false);
        Assert.Equal(0, decoder.Finish(new Detection[4]));
    }

    private static float[] Box(Random random)
    {
        float left = random.NextSingle() * 0.5f, top = random.NextSingle() * 0.5f;
        return [left, top, left + 0.4f, top + 0.4f];
    }
}
