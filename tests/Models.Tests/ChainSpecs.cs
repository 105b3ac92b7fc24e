using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Sources;
using ActorPipeline.Vision;
using Xunit.Abstractions;

namespace ActorPipeline;

/// <summary>The whole way of a frame without actors: source, detector, crop, classifier.</summary>
public class ChainSpecs(ITestOutputHelper output)
{
    [DataFact]
    public void Should_find_and_name_people_when_the_street_video_is_read()
    {
        using var source = FrameSources.Open(TestData.Video);
        var info = source.Open();
        Assert.Equal(new SourceInfo(false, 768, 576, 10, 795, 768 * 576 * 3), info);
        var runtime = new OnnxModelRuntime();
        using var detector = (IDetector)runtime.Load(TestData.PicoDetS, default);
        using var classifier = (IClassifier)runtime.Load(TestData.SqueezeNet, default);
        using var pool = new PixelPool(1, info.FrameBytes);
        using var crops = new PixelPool(1, ImageView.PackedBytes(224, 224));
        var (frame, crop) = (pool.TryRent()!, crops.TryRent()!);
        var detections = new Detection[100];
        var labels = new Classification[5];
        var people = 0;
        for (var i = 0; i < 10; i++)
        {
            var read = Assert.IsType<SourceRead.Frame>(source.Read(frame));
            Assert.Equal(TimeSpan.FromMilliseconds(100 * i), read.Position);
            var picture = frame.View(read.Width, read.Height);
            var found = detector.Detect(0, picture, detections);
            foreach (var detection in detections.AsSpan(0, found))
            {
                if (detector.Report.Labels[detection.ClassIndex] == "person") people++;
                var into = crop.View(224, 224);
                Cropper.Crop(picture, detection.Box, into);
                Assert.Equal(5, classifier.Classify(0, into, labels));
                if (i == 0) output.WriteLine($"{detector.Report.Labels[detection.ClassIndex]} {detection.Score:0.00} {detection.Box}: {classifier.Report.Labels[labels[0].ClassIndex]} {labels[0].Score:0.00}");
            }
        }
        Assert.InRange(people, 40, 120);
    }
}
