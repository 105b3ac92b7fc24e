using ActorPipeline.Vision;
using FsCheck.Xunit;

namespace ActorPipeline.Decoding;

public class NonMaximumSuppressionSpecs
{
    [Property(MaxTest = 200)]
    public void Should_keep_what_the_plain_way_keeps_when_boxes_are_random(int seed, byte count, byte limit)
    {
        var random = new Random(seed);
        var candidates = Enumerable.Range(0, count).Select(_ => Any(random)).OrderByDescending(c => c.Score).ThenBy(c => c.ClassIndex).ThenBy(c => c.Box.Left).ThenBy(c => c.Box.Top).ToArray();
        var into = new Detection[limit];
        var kept = NonMaximumSuppression.Apply(candidates, 0.5f, into);
        Assert.Equal(ReferenceDecoder.Suppress(candidates, 0.5f, limit), into[..kept]);
    }

    [Property(MaxTest = 200)]
    public void Should_leave_nothing_overlapping_and_explain_each_dropped_box_when_it_is_done(int seed, byte count)
    {
        var random = new Random(seed);
        var candidates = Enumerable.Range(0, count).Select(_ => Any(random)).OrderByDescending(c => c.Score).ToArray();
        var into = new Detection[256];
        var kept = into[..NonMaximumSuppression.Apply(candidates, 0.4f, into)];
        for (var i = 0; i < kept.Length; i++)
            for (var j = 0; j < i; j++)
                Assert.False(kept[i].ClassIndex == kept[j].ClassIndex && kept[i].Box.IntersectionOverUnion(kept[j].Box) > 0.4f);
        Assert.All(candidates.Except(kept), dropped => Assert.Contains(kept, k =>
            k.ClassIndex == dropped.ClassIndex && k.Score >= dropped.Score && k.Box.IntersectionOverUnion(dropped.Box) > 0.4f));
    }

    [Fact]
    public void Should_keep_overlapping_boxes_when_they_are_of_two_classes()
    {
        var box = new BoundingBox(0, 0, 10, 10);
        var into = new Detection[4];
        Assert.Equal(2, NonMaximumSuppression.Apply([new(box, 0, 0.9f), new(box, 1, 0.8f), new(box, 0, 0.7f)], 0.6f, into));
    }

    private static Detection Any(Random random)
    {
        // Whole numbers, so that float and double agree on what overlaps how much.
        var (left, top) = (random.Next(40), random.Next(40));
        return new Detection(new BoundingBox(left, top, left + 1 + random.Next(30), top + 1 + random.Next(30)), random.Next(3), random.Next(1, 100) / 100f);
    }
}
