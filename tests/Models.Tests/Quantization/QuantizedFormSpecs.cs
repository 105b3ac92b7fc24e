using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>The quantiser as it is called for the other forms: TensorRT's, and dynamic.</summary>
public sealed class QuantizedFormSpecs : QuantizerKit
{
    [Fact]
    public void Should_refuse_what_was_not_proved_when_a_model_is_for_tensorrt_and_the_device_is_not_here()
    {
        var report = Run(TensorRt);
        Assert.False(report.Published || File.Exists(Folder.File("out.onnx")));
        Assert.Equal(2, report.Refusals.Count(r => r.Contains("cannot be", StringComparison.Ordinal) && r.EndsWith("--unproven publishes it all the same", StringComparison.Ordinal)));
        Assert.Contains(report.Warnings, w => w.StartsWith("TensorRT is not to be had here (not in this build)", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_publish_with_a_warning_and_no_run_time_when_unproven_is_allowed()
    {
        var report = Run(TensorRt with { Unproven = true, Methods = [RangeMethod.MinMax] });
        Assert.True(report.Published, string.Join("; ", report.Refusals));
        Assert.Equal((null, null, null), (report.Gain!.FloatMilliseconds, report.Gain.QuantisedMilliseconds, report.Gain.RunShare));
        Assert.Null(report.Kernels);
        Assert.All(report.Steps, s => Assert.Equal((null, null), (s.RunTime, s.Share)));
        Assert.Contains("not proved, for want of the device: its run time and the kernels it runs", report.Warnings);
        Assert.All(report.Layers, l => Assert.True(l.Quantised, l.Why));
        Assert.Contains(GraphFile.Read(report.Output!).Graph.Node, n => n.OpType == "QuantizeLinear");
        Assert.Equal([ExecutionProvider.TensorRt], RegisteredVariant.Of(report, TensorRt.Card, "int8").ToVariant().Providers);
    }

    [Fact]
    public void Should_need_no_pictures_to_calibrate_on_when_it_is_dynamic()
    {
        var report = Run(Dynamic);
        Assert.Equal((0, null, 0), (report.CalibrationPictures, report.Method, report.Steps.Count));
        Assert.Equal([("Conv", false), ("Gemm", true)], report.Layers.Select(l => (l.Op, l.Quantised)));
        Assert.Equal("dynamic quantisation leaves convolutions as floats", report.Layers[0].Why);
        Assert.Equal(1, report.Kernels!.Integer);
        Assert.Empty(report.Kernels.Missed);
        Assert.True(report.Gain!.RunShare > 0);
        // Whether it is smaller and quicker is another matter with so small a model.
        Assert.All(report.Refusals, r => Assert.True(r.Contains("not smaller", StringComparison.Ordinal) || r.Contains("not quicker", StringComparison.Ordinal), r));
    }

    [Fact]
    public void Should_choose_layers_on_pictures_when_it_is_dynamic_and_has_some()
    {
        var report = Run(Dynamic with { Calibrate = Pictures("c", 6, 1) });
        Assert.Equal((6, null), (report.CalibrationPictures, report.Method));
        Assert.Equal("all", Assert.Single(report.Steps).Name);
        Assert.NotNull(report.Layers[1].SignalToNoise);
    }

    [Fact]
    public void Should_fail_when_it_is_dynamic_and_the_model_has_convolutions_alone()
    {
        GraphFile.Write(
            new MadeGraph(14).Input("x", 1, 3, 32, 32).Output("y", 1, 5).Noise("w", 5, 3, 3, 3).Node("Conv", "x w", "c").Node("GlobalAveragePool", "c", "p").Node("Flatten", "p", "y").Model, Folder.File("conv.onnx"));
        Fails("no matrix products with constant weights: dynamic quantisation has nothing to do", Dynamic with { Card = Card(Folder.File("conv.onnx")) });
    }

    [Fact]
    public void Should_fail_when_no_form_is_so()
    {
        Fails("--profile tensorrt needs --scheme static", Dynamic with { Profile = QuantizationProfile.TensorRt });
        Fails("needs a folder", TensorRt with { Calibrate = null });
    }

    [GpuFact(ExecutionProvider.TensorRt)]
    public void Should_time_it_and_see_all_layers_inside_when_tensorrt_is_here()
    {
        var card = TestData.SqueezeNet;
        var report = new Quantizer().Run(
            new QuantizationRequest
            {
                Card = card, Calibrate = TestData.PathOf("coco_cc", "calib"), Evaluate = TestData.PathOf("coco_cc", "val"), Profile = QuantizationProfile.TensorRt, MaxLoss = 100,
                Methods = [RangeMethod.Percentile], Output = Folder.File("out.onnx"),
            }, _ => { }, default);
        Assert.NotNull(report.Gain!.RunShare);
        Assert.Empty(report.Kernels!.Missed);
        Assert.True(report.Accuracy!.Agreement > 70, $"{report.Accuracy.Agreement}");
    }

    private QuantizationRequest TensorRt => Request(Classifier(channels: 64), Pictures("c", 6, 1), Pictures("e", 6, 2)) with { Profile = QuantizationProfile.TensorRt, MaxLoss = 100 };

    private QuantizationRequest Dynamic => Request(Classifier(), "", Pictures("e", 6, 2)) with { Scheme = QuantizationScheme.Dynamic, Calibrate = null, MaxLoss = 100 };

    private static QuantizationReport Run(QuantizationRequest request) => new Quantizer().Run(request, _ => { }, default);

    private static void Fails(string why, QuantizationRequest request) =>
        Assert.Contains(why, Assert.Throws<QuantizationException>(() => Run(request)).Message, StringComparison.Ordinal);
}
