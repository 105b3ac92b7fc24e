using ActorPipeline.Vision;
using FsCheck.Xunit;

namespace ActorPipeline.Decoding;

public class TopLabelsSpecs
{
    [Fact]
    public void Should_leave_scores_alone_when_they_are_a_distribution()
    {
        var top = new Classification[2];
        Assert.Equal(2, TopLabels.Select([0.1f, 0.6f, 0.3f], top));
        Assert.Equal([new Classification(1, 0.6f), new Classification(2, 0.3f)], top);
    }

    [Fact]
    public void Should_apply_a_softmax_when_scores_are_logits()
    {
        var top = new Classification[3];
        TopLabels.Select([1f, 3f, -2f], top);
        var sum = Math.Exp(1) + Math.Exp(3) + Math.Exp(-2);
        Assert.Equal([1, 0, 2], top.Select(t => t.ClassIndex));
        Assert.Equal(Math.Exp(3) / sum, top[0].Score, 1e-5);
        Assert.Equal(Math.Exp(-2) / sum, top[2].Score, 1e-5);
    }

    [Property(MaxTest = 100)]
    public void Should_rank_as_a_sort_does_when_scores_are_random(int seed, byte count, byte wanted)
    {
        var random = new Random(seed);
        var scores = Enumerable.Range(0, count + 1).Select(_ => (random.NextSingle() * 20) - 10).ToArray();
        var top = new Classification[wanted];
        var filled = TopLabels.Select(scores, top);
        Assert.Equal(Math.Min(wanted, scores.Length), filled);
        var expected = scores.Select((s, i) => (s, i)).OrderByDescending(p => p.s).ThenBy(p => p.i).Take(filled).Select(p => p.i);
        Assert.Equal(expected, top.Take(filled).Select(t => t.ClassIndex));
    }

    [Theory]
    [InlineData(0.7f, 0.7f)]
    [InlineData(0f, 0f)]
    [InlineData(2f, 0.880797f)]
    [InlineData(-2f, 0.119203f)]
    public void Should_read_a_probability_or_a_logit_when_there_is_one_class(float score, float expected)
    {
        var top = new Classification[5];
        Assert.Equal(1, TopLabels.Select([score], top));
        Assert.Equal(expected, top[0].Score, 1e-5f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Should_refuse_when_scores_are_no_numbers(float score) =>
        Assert.Throws<InvalidDataException>(() => TopLabels.Select([0.5f, score], new Classification[1]));
}
