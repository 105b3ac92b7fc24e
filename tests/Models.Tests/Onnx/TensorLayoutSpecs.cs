using ActorPipeline.Catalog;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

public unsafe class TensorLayoutSpecs
{
    [Theory]
    [InlineData(320, 320, 0)]
    [InlineData(224, 224, 0)]
    [InlineData(33, 5, 0)]
    [InlineData(16, 1, 0)]
    [InlineData(7, 3, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(50, 20, 13)]
    [InlineData(16, 4, 1)]
    [InlineData(5, 4, 9)]
    public void Should_give_what_the_scalar_way_gives_when_sizes_and_strides_vary(int width, int height, int padding)
    {
        foreach (var channels in new[] { ChannelOrder.Rgb, ChannelOrder.Bgr })
        {
            var settings = new InputSettings { Channels = channels, Mean = [123.675f, 116.28f, 103.53f], Std = [58.395f, 57.12f, 57.375f] };
            var stride = (width * 3) + padding;
            var pixels = new byte[stride * height];
            new Random(width).NextBytes(pixels);
            // One float more behind the planes shows a write past their end.
            var planes = new float[(width * height * 3) + 1];
            planes[^1] = 4711;
            fixed (byte* from = pixels)
            fixed (float* into = planes)
                new TensorLayout(settings).Fill(new ImageView((IntPtr)from, width, height, stride), into);
            Assert.Equal(4711, planes[^1]);
            var expected = Scalar(pixels, width, height, stride, settings);
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], planes[i], 1e-5f);
        }
    }

    internal static float[] Scalar(ReadOnlySpan<byte> bgr, int width, int height, int stride, InputSettings settings)
    {
        var planes = new float[3 * width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 3; c++)
                    planes[(c * width * height) + (y * width) + x] =
                        (bgr[(y * stride) + (x * 3) + (settings.Channels == ChannelOrder.Bgr ? c : 2 - c)] - settings.Mean[c]) / settings.Std[c];
        return planes;
    }
}
