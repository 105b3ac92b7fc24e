using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

public class CtcDecoderSpecs
{
    [Theory]
    [InlineData("", "")]
    [InlineData("---", "")]
    [InlineData("aab", "ab")]
    [InlineData("a-a", "aa")]
    [InlineData("--h-e-ll-lo--", "hello")]
    public void Should_take_repeats_as_one_and_leave_blanks_out_when_it_reads(string steps, string text) => Assert.Equal(text, Read(Output(steps)).Text);

    [Fact]
    public void Should_read_what_was_written_when_lines_are_random()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => (char)('a' + random.Next(26))));
            // Each character as often as it likes; between two of the same there has to be a blank.
            var steps = "";
            foreach (var c in text) steps += (steps.Length > 0 && steps[^1] == c ? "-" : "") + new string('-', random.Next(2)) + new string(c, 1 + random.Next(3));
            Assert.Equal(text, Read(Output(steps)).Text);
        }
    }

    [Fact]
    public void Should_be_as_sure_as_the_mean_of_what_it_keeps_when_it_reads()
    {
        var output = Output("a-b");
        Set(output, 0, 'a', 0.9f);
        Set(output, 2, 'b', 0.5f);
        Assert.Equal(0.7f, Read(output).Score, 1e-5f);
    }

    [Fact]
    public void Should_make_probabilities_when_the_model_gives_logits()
    {
        var output = new float[Classes];
        (output[1], output[2]) = (MathF.Log(6), MathF.Log(2)); // of 6 + 2 + 25 x 1
        var (text, score) = Read(output);
        Assert.Equal("a", text);
        Assert.Equal(6f / 33, score, 1e-5f);
    }

    [Fact]
    public void Should_stop_when_there_is_no_room_for_more()
    {
        var into = new Classification[2];
        Assert.Equal(2, CtcDecoder.Read(Output("abc"), Classes, into));
        Assert.Equal([1, 2], into.Select(c => c.ClassIndex));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Should_refuse_when_scores_are_no_numbers(float score)
    {
        var output = Output("ab");
        output[Classes + 7] = score;
        Assert.Throws<InvalidDataException>(() => Read(output));
    }

    private const int Classes = 27;

    private static (string Text, float Score) Read(float[] output)
    {
        var into = new Classification[64];
        var read = into[..CtcDecoder.Read(output, Classes, into)];
        return (string.Concat(read.Select(c => (char)('a' + c.ClassIndex - 1))), read.Length == 0 ? 0 : read.Select(c => c.Score).Distinct().Single());
    }

    private static float[] Output(string steps)
    {
        var output = new float[steps.Length * Classes];
        for (var i = 0; i < steps.Length; i++) Set(output, i, steps[i], 0.8f);
        return output;
    }

    private static void Set(float[] output, int step, char c, float probability)
    {
        var scores = output.AsSpan(step * Classes, Classes);
        scores.Fill((1 - probability) / (Classes - 1));
        scores[c == '-' ? 0 : c - 'a' + 1] = probability;
    }
}
