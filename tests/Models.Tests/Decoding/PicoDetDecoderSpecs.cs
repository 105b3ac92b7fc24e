using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

public class PicoDetDecoderSpecs
{
    [Theory]
    [InlineData(320, 320, 80, 8, 768, 576, 0.97f)]
    [InlineData(320, 192, 1, 8, 1920, 1080, 0.5f)]
    [InlineData(300, 250, 3, 16, 300, 250, 0.8f)]
    [InlineData(64, 64, 2, 8, 50, 90, 0.1f)]
    public void Should_give_the_reference_decoders_boxes_when_tensors_are_random(int width, int height, int classes, int bins, int pictureWidth, int pictureHeight, float threshold)
    {
        var random = new Random(width + classes);
        var grids = Grid.PicoDet(width, height);
        var scores = grids.Select(g => Fill(random, g.Cells * classes, 0, 1)).ToArray();
        var sides = grids.Select(g => Fill(random, g.Cells * 4 * bins, -4, 4)).ToArray();
        var decoder = new PicoDetDecoder(grids, classes, bins, threshold, 0.6f);
        var into = new Detection[100];
        for (var round = 0; round < 2; round++)
        {
            decoder.Begin(new PictureScale((float)pictureWidth / width, (float)pictureHeight / height, pictureWidth, pictureHeight));
            for (var level = 0; level < 4; level++) decoder.Read(level, scores[level], sides[level]);
            var found = decoder.Finish(into);
            Assert.True(found > 0);
            ReferenceDecoder.AssertSame(ReferenceDecoder.PicoDet(scores, sides, width, height, pictureWidth, pictureHeight, threshold, 0.6f, 100), into.AsSpan(0, found), 0.01f);
        }
    }

    [Fact]
    public void Should_keep_the_best_when_there_are_more_candidates_than_it_holds()
    {
        var grids = Grid.PicoDet(320, 320);
        var random = new Random(1);
        var scores = grids.Select(g => Fill(random, g.Cells * 80, 0, 1)).ToArray();
        var sides = grids.Select(g => Fill(random, g.Cells * 32, -4, 4)).ToArray();
        var decoder = new PicoDetDecoder(grids, 80, 8, 0, 0.6f);
        var into = new Detection[50];
        decoder.Begin(new PictureScale(1, 1, 320, 320));
        for (var level = 0; level < 4; level++) decoder.Read(level, scores[level], sides[level]);
        Assert.Equal(50, decoder.Finish(into));
        ReferenceDecoder.AssertSame(ReferenceDecoder.PicoDet(scores, sides, 320, 320, 320, 320, 0.97f, 0.6f, 50), into, 0.01f);
    }

    [Fact]
    public void Should_find_nothing_when_scores_are_no_numbers()
    {
        var grids = Grid.PicoDet(64, 64);
        var decoder = new PicoDetDecoder(grids, 2, 8, 0.1f, 0.6f);
        decoder.Begin(new PictureScale(1, 1, 64, 64));
        for (var level = 0; level < 4; level++)
        {
            var scores = new float[grids[level].Cells * 2];
            Array.Fill(scores, float.NaN);
            decoder.Read(level, scores, new float[grids[level].Cells * 32]);
        }
        Assert.Equal(0, decoder.Finish(new Detection[10]));
    }

    [Fact]
    public void Should_drop_boxes_when_their_distances_are_no_numbers()
    {
        var grids = Grid.PicoDet(64, 64);
        var decoder = new PicoDetDecoder(grids, 1, 8, 0.1f, 0.6f);
        decoder.Begin(new PictureScale(1, 1, 64, 64));
        var sides = new float[grids[0].Cells * 32];
        Array.Fill(sides, float.NaN);
        var scores = new float[grids[0].Cells];
        Array.Fill(scores, 0.9f);
        decoder.Read(0, scores, sides);
        Assert.Equal(0, decoder.Finish(new Detection[10]));
    }

    [Fact]
    public void Should_allocate_nothing_when_it_is_warm()
    {
        var grids = Grid.PicoDet(320, 320);
        var random = new Random(7);
        var scores = grids.Select(g => Fill(random, g.Cells * 80, 0, 1)).ToArray();
        var sides = grids.Select(g => Fill(random, g.Cells * 32, -4, 4)).ToArray();
        var decoder = new PicoDetDecoder(grids, 80, 8, 0.99f, 0.6f);
        var into = new Detection[100];
        for (var i = 0; i < 3; i++) Decode();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++) Decode();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Decode()
        {
            decoder.Begin(new PictureScale(1, 1, 320, 320));
            for (var level = 0; level < 4; level++) decoder.Read(level, scores[level], sides[level]);
            decoder.Finish(into);
        }
    }

    internal static float[] Fill(Random random, int length, float from, float to)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++) values[i] = from + ((to - from) * random.NextSingle());
        return values;
    }
}
