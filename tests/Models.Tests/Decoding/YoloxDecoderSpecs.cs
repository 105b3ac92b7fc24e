using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

public class YoloxDecoderSpecs
{
    [Theory]
    [InlineData(416, 416, 80, 768, 576, 0.95f)]
    [InlineData(416, 256, 1, 1280, 720, 0.8f)]
    public void Should_give_the_reference_decoders_boxes_when_tensors_are_random(int width, int height, int classes, int pictureWidth, int pictureHeight, float threshold)
    {
        var random = new Random(classes);
        var grids = Grid.Yolox(width, height);
        var output = PicoDetDecoderSpecs.Fill(random, grids.Sum(g => g.Cells) * (5 + classes), 0, 1);
        var ratio = Math.Min((double)width / pictureWidth, (double)height / pictureHeight);
        var decoder = new YoloxDecoder(grids, classes, threshold, 0.6f);
        decoder.Begin(new PictureScale((float)(1 / ratio), (float)(1 / ratio), pictureWidth, pictureHeight));
        decoder.Read(output);
        var into = new Detection[100];
        var found = decoder.Finish(into);
        Assert.True(found > 0);
        ReferenceDecoder.AssertSame(ReferenceDecoder.Yolox(output, width, height, ratio, pictureWidth, pictureHeight, threshold, 0.6f, 100), into.AsSpan(0, found), 0.01f);
    }
}
