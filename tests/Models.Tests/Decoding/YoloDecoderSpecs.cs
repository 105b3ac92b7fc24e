using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

public class YoloDecoderSpecs
{
    private const float Iou = 0.6f;
    private const int Input = 640;

    [Theory]
    [InlineData(1000, 80, 640, 480, 0.9f)]
    [InlineData(63, 1, 1280, 720, 0.3f)]
    public void Should_give_the_reference_decoders_boxes_when_a_row_is_a_box(int boxes, int classes, int pictureWidth, int pictureHeight, float threshold)
    {
        var fields = 5 + classes;
        var output = Boxes(boxes, fields, (box, field) => (box * fields) + field);
        var decoder = new Yolov5Decoder(classes, threshold, Iou);
        var found = Decode(decoder, () => decoder.Read(output), pictureWidth, pictureHeight, out var ratio);
        Assert.NotEmpty(found);
        ReferenceDecoder.AssertSame(
            ReferenceDecoder.Decoded(boxes, classes, (box, field) => output[(box * fields) + field], (box, c) => output[(box * fields) + 4] * output[(box * fields) + 5 + c],
                ratio, pictureWidth, pictureHeight, threshold, Iou, 100),
            found, 0.01f);
    }

    [Theory]
    [InlineData(1000, 80, 640, 480, 0.99f)]
    [InlineData(21, 1, 1280, 720, 0.3f)]
    [InlineData(8, 3, 320, 240, 0.5f)]
    public void Should_give_the_reference_decoders_boxes_when_a_column_is_a_box(int boxes, int classes, int pictureWidth, int pictureHeight, float threshold)
    {
        var output = Boxes(boxes, 4 + classes, (box, field) => (field * boxes) + box);
        var decoder = new Yolov8Decoder(classes, threshold, Iou);
        var found = Decode(decoder, () => decoder.Read(output), pictureWidth, pictureHeight, out var ratio);
        Assert.NotEmpty(found);
        ReferenceDecoder.AssertSame(
            ReferenceDecoder.Decoded(boxes, classes, (box, field) => output[(field * boxes) + box], (box, c) => output[((4 + c) * boxes) + box],
                ratio, pictureWidth, pictureHeight, threshold, Iou, 100),
            found, 0.01f);
    }

    [Fact]
    public void Should_count_objectness_when_there_is_one()
    {
        var decoder = new Yolov5Decoder(2, 0.5f, Iou);
        float[] output = [320, 320, 200, 100, 0.8f, 0.9f, 0.7f, 320, 320, 200, 100, 0.4f, 1, 1];
        var found = Decode(decoder, () => decoder.Read(output), 64, 64, out _);
        Assert.Equal([(0, 0.72f), (1, 0.56f)], found.Select(d => (d.ClassIndex, MathF.Round(d.Score, 4))));
        Assert.All(found, d => Assert.Equal(new BoundingBox(22, 27, 42, 37), d.Box)); // ten input pixels are one of the picture
    }

    [Fact]
    public void Should_find_nothing_when_numbers_are_none()
    {
        var output = new float[7 * 8];
        Array.Fill(output, float.NaN);
        var five = new Yolov5Decoder(2, 0, Iou);
        Assert.Empty(Decode(five, () => five.Read(output), 64, 64, out _));
        var eight = new Yolov8Decoder(3, 0, Iou);
        Assert.Empty(Decode(eight, () => eight.Read(output), 64, 64, out _));
    }

    private static Detection[] Decode(BoxDecoder decoder, Action read, int pictureWidth, int pictureHeight, out double ratio)
    {
        ratio = Math.Min((double)Input / pictureWidth, (double)Input / pictureHeight);
        decoder.Begin(new PictureScale((float)(1 / ratio), (float)(1 / ratio), pictureWidth, pictureHeight));
        read();
        var into = new Detection[100];
        return into[..decoder.Finish(into)];
    }

    private static float[] Boxes(int boxes, int fields, Func<int, int, int> at)
    {
        var random = new Random(boxes + fields);
        var output = new float[boxes * fields];
        for (var box = 0; box < boxes; box++)
        {
            for (var field = 0; field < fields; field++)
                output[at(box, field)] = field switch { < 2 => random.NextSingle() * Input, < 4 => random.NextSingle() * 200, _ => random.NextSingle() };
        }
        return output;
    }
}
