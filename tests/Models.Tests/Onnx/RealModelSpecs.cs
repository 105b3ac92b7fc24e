using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Decoding;
using ActorPipeline.Inference;
using ActorPipeline.Vision;
using Microsoft.ML.OnnxRuntime;
using OpenCvSharp;
using Xunit.Abstractions;

namespace ActorPipeline.Onnx;

/// <summary>The product's way against a plain one, on the models it is made for.</summary>
public class RealModelSpecs(ITestOutputHelper output)
{
    private readonly OnnxModelRuntime _runtime = new();

    private static IEnumerable<string> FivePictures => Directory.GetFiles(TestData.PathOf("coco_cc", "val")).Order(StringComparer.Ordinal).Where((_, i) => i % 9 == 0).Take(5);

    [DataFact]
    public void Should_find_the_reference_decoders_boxes_when_picodet_sees_five_pictures()
    {
        using var detector = (IDetector)_runtime.Load(TestData.PicoDetS, default);
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var plain = new InferenceSession(TestData.PicoDetS.Path, options);
        var into = new Detection[100];
        var all = 0;
        foreach (var path in FivePictures)
        {
            using var picture = new TestPicture(path);
            var found = detector.Detect(0, picture.View, into);
            using var decoded = Cv2.ImRead(path);
            using var resized = new Mat();
            Cv2.Resize(decoded, resized, new Size(320, 320));
            resized.GetArray(out Vec3b[] pixels);
            var tensor = TensorLayoutSpecs.Scalar(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()), 320, 320, 960, TestData.PicoDetS.Input);
            using var input = OrtValue.CreateTensorValueFromMemory(tensor, [1, 3, 320, 320]);
            using var run = new RunOptions();
            using var outputs = plain.Run(run, ["image"], [input], plain.OutputNames);
            var maps = outputs.Select(o => o.GetTensorDataAsSpan<float>().ToArray()).ToArray();
            var expected = ReferenceDecoder.PicoDet(maps[..4], maps[4..], 320, 320, decoded.Width, decoded.Height, 0.4f, 0.6f, 100);
            output.WriteLine($"{Path.GetFileName(path)}: {found} boxes");
            ReferenceDecoder.AssertSame(expected, into.AsSpan(0, found), 1);
            all += found;
        }
        Assert.True(all >= 5, $"Only {all} boxes in all.");
    }

    [DataFact]
    public void Should_find_the_same_kinds_of_objects_when_yolox_and_picodet_see_the_street()
    {
        using var picture = Street();
        using var pico = (IDetector)_runtime.Load(TestData.PicoDetXs, default);
        using var yolox = (IDetector)_runtime.Load(TestData.YoloxNano, default);
        Assert.Equal((416, 416, 80), (yolox.Report.InputWidth, yolox.Report.InputHeight, yolox.Report.Classes));
        Detection[] first = new Detection[100], second = new Detection[100];
        var people = Array.FindAll(first[..pico.Detect(0, picture.View, first)], d => d.ClassIndex == 0);
        var others = Array.FindAll(second[..yolox.Detect(0, picture.View, second)], d => d.ClassIndex == 0);
        Assert.True(people.Length >= 3 && others.Length >= 3, $"{people.Length} and {others.Length} people");
        Assert.True(others.Count(o => people.Any(p => p.Box.IntersectionOverUnion(o.Box) > 0.5)) >= 2);
    }

    [DataFact]
    public void Should_find_the_same_in_two_lanes_at_once_when_a_session_is_shared()
    {
        using var picture = Street();
        using var detector = (IDetector)_runtime.Load(TestData.PicoDetS, default);
        var alone = new Detection[100];
        var count = detector.Detect(0, picture.View, alone);
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 2 }, lane =>
        {
            var into = new Detection[100];
            for (var i = 0; i < 3; i++) Assert.Equal(alone[..count], into[..detector.Detect(lane, picture.View, into)]);
        });
    }

    [DataFact]
    public void Should_name_an_animal_when_squeezenet_sees_one()
    {
        using var detector = (IDetector)_runtime.Load(TestData.PicoDetS, default);
        using var classifier = (IClassifier)_runtime.Load(TestData.SqueezeNet, default);
        var into = new Detection[100];
        var top = new Classification[5];
        var named = 0;
        foreach (var path in Directory.GetFiles(TestData.PathOf("coco_cc", "val")).Order(StringComparer.Ordinal))
        {
            using var picture = new TestPicture(path);
            using var crop = new TestPicture(224, 224, (x, y) => default);
            foreach (var found in into[..detector.Detect(0, picture.View, into)])
            {
                if (found.Score < 0.6f || detector.Report.Labels[found.ClassIndex] is not ("cat" or "dog" or "bus" or "zebra" or "elephant" or "airplane" or "train")) continue;
                Cropper.Crop(picture.View, found.Box, crop.View);
                classifier.Classify(0, crop.View, top);
                var line = $"{detector.Report.Labels[found.ClassIndex]}: {string.Join("; ", top.Select(t => $"{classifier.Report.Labels[t.ClassIndex]} {t.Score:0.00}"))}";
                output.WriteLine(line);
                if (IsKind(detector.Report.Labels[found.ClassIndex], top, classifier.Report.Labels)) named++;
            }
        }
        Assert.True(named >= 2, $"{named} were named rightly.");
    }

    [DataFact]
    public void Should_tell_which_way_up_text_is_when_it_sees_lines()
    {
        using var model = (IClassifier)_runtime.Load(TestData.TextLine, default);
        Assert.Equal((160, 80, 2), (model.Report.InputWidth, model.Report.InputHeight, model.Report.Classes));
        var top = new Classification[1];
        foreach (var path in Directory.GetFiles(TestData.PathOf("textline"), "*.png"))
        {
            using var picture = new TestPicture(path);
            model.Classify(0, picture.View, top);
            Assert.Equal(Path.GetFileName(path).StartsWith("t_0_", StringComparison.Ordinal) ? "0_degree" : "180_degree", model.Report.Labels[top[0].ClassIndex]);
        }
    }

    [DataFact]
    public void Should_say_int8_and_give_probabilities_when_the_model_is_quantised_and_gives_logits()
    {
        using var model = (IClassifier)_runtime.Load(TestData.Card("mobilenet_v2_quant.onnx", ModelKind.Classification, "imagenet1k.txt"), default);
        Assert.Equal("int8", model.Report.Precision);
        using var picture = Street();
        var top = new Classification[1000];
        Assert.Equal(1000, model.Classify(0, picture.View, top));
        Assert.Equal(1, top.Sum(t => t.Score), 1e-3f);
    }

    [DataTheory]
    [InlineData("picodet_s_320_coco.onnx", ModelKind.PicoDet)]
    [InlineData("yolox_nano.onnx", ModelKind.Yolox)]
    [InlineData("SqueezeNet_fp32.onnx", ModelKind.Classification)]
    [InlineData("pplcnet_x1_0_random1000.onnx", ModelKind.Classification)]
    [InlineData("mobilenet_v2_quant.onnx", ModelKind.Classification)]
    public void Should_give_the_same_when_it_is_loaded_as_an_engine(string file, ModelKind kind)
    {
        using var folder = new TestFolder();
        var log = new List<string>();
        var card = TestData.Card(file, kind) with { Top = 5 };
        using var picture = Street();
        var runtime = new OnnxModelRuntime(log.Add, engines: new EngineSettings { Folder = folder.Path });
        using var plain = _runtime.Load(card, default);
        using var written = runtime.Load(card, default);
        using var read = runtime.Load(card, default);
        Assert.Empty(log);
        Assert.Equal([EngineUse.None, EngineUse.Built, EngineUse.Hit], new[] { plain, written, read }.Select(m => m.Report.Engine));
        foreach (var prepared in (ILoadedModel[])[written, read])
        {
            if (plain is IDetector detector)
            {
                Detection[] first = new Detection[100], second = new Detection[100];
                var count = detector.Detect(0, picture.View, first);
                Assert.True(count > 0);
                Assert.Equal(count, ((IDetector)prepared).Detect(0, picture.View, second));
                for (var i = 0; i < count; i++) Assert.True(first[i].Box.IntersectionOverUnion(second[i].Box) > 0.999, $"{first[i]} {second[i]}");
                continue;
            }
            Classification[] expected = new Classification[5], found = new Classification[5];
            ((IClassifier)plain).Classify(0, picture.View, expected);
            ((IClassifier)prepared).Classify(0, picture.View, found);
            for (var i = 0; i < 5; i++) Assert.Equal(expected[i].Score, found[i].Score, 1e-4f);
            Assert.Equal(expected[0].ClassIndex, found[0].ClassIndex);
        }
    }

    // ImageNet's 118 dogs are classes 151 to 268, its domestic cats 281 to 285.
    private static bool IsKind(string kind, Classification[] top, LabelList labels) => top.Any(t => kind switch
    {
        "dog" => t.ClassIndex is >= 151 and <= 268,
        "cat" => t.ClassIndex is >= 281 and <= 287,
        "bus" => labels[t.ClassIndex].Contains("bus", StringComparison.Ordinal),
        "airplane" => t.ClassIndex is 404 or 895 or 908,
        "train" => labels[t.ClassIndex].Contains("locomotive", StringComparison.Ordinal) || labels[t.ClassIndex].Contains("train", StringComparison.Ordinal),
        _ => labels[t.ClassIndex].Contains(kind, StringComparison.OrdinalIgnoreCase),
    });

    private static TestPicture Street()
    {
        using var capture = new VideoCapture(TestData.Video);
        using var frame = new Mat();
        capture.Read(frame);
        return new TestPicture(frame.Width, frame.Height, (x, y) => frame.At<Vec3b>(y, x) is var p ? (p.Item0, p.Item1, p.Item2) : default);
    }
}
