using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

public sealed unsafe class PictureInputSpecs
{
    private static readonly InputSettings Raw = new() { Channels = ChannelOrder.Bgr, Mean = [0, 0, 0], Std = [1, 1, 1] };

    [Fact]
    public void Should_keep_proportions_and_grey_the_rest_when_it_letterboxes()
    {
        OpenCvRuntime.EnsureLoaded();
        var tensor = new float[3 * 64 * 64];
        fixed (float* into = tensor)
        {
            using var input = new PictureInput(64, 64, Raw with { Resize = ResizeMode.Letterbox }, into);
            using var wide = new TestPicture(128, 64, (x, y) => (200, 200, 200));
            using var tall = new TestPicture(32, 128, (x, y) => (50, 50, 50));
            Assert.Equal(new PictureScale(2, 2, 128, 64), input.Fill(wide.View));
            Assert.Equal((200f, 200f, 114f), (tensor[0], tensor[(31 * 64) + 63], tensor[32 * 64]));
            // Another shape: what the first one painted is grey again.
            Assert.Equal(new PictureScale(2, 2, 32, 128), input.Fill(tall.View));
            Assert.Equal((50f, 50f, 114f), (tensor[0], tensor[(63 * 64) + 15], tensor[16]));
        }
    }

    [Fact]
    public void Should_stretch_to_the_input_when_it_does_not_letterbox()
    {
        OpenCvRuntime.EnsureLoaded();
        var tensor = new float[3 * 64 * 32];
        fixed (float* into = tensor)
        {
            using var input = new PictureInput(64, 32, Raw, into);
            using var picture = new TestPicture(128, 128, (x, y) => (1, 2, 3));
            Assert.Equal(new PictureScale(2, 4, 128, 128), input.Fill(picture.View));
            Assert.Equal([1f, 2f, 3f], tensor.Distinct());
            using var exact = new TestPicture(64, 32, (x, y) => (7, 8, 9));
            Assert.Equal(new PictureScale(1, 1, 64, 32), input.Fill(exact.View));
            Assert.Equal([7f, 8f, 9f], tensor.Distinct());
        }
    }
}
