using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>The quantiser as it is called, on a model made here: what passes, and each bad input.</summary>
public sealed class QuantizerSpecs : QuantizerKit
{
    [Fact]
    public void Should_report_every_layer_and_step_when_a_model_was_quantised()
    {
        var phases = new List<QuantizationPhase>();
        var report = new Quantizer().Run(Request(Classifier(), Pictures("c", 6, 1), Pictures("e", 6, 2)) with { MaxLoss = 100 }, p => phases.Add(p.Phase), default);
        Assert.Equal(2, report.Layers.Count);
        Assert.Equal(3, report.Steps.Count(s => s.Name.EndsWith("all", StringComparison.Ordinal)));
        Assert.Single(report.Steps, s => s.Chosen);
        Assert.Equal(AccuracyFinding.AgreementMetric, report.Accuracy!.Metric);
        Assert.Empty(report.Kernels!.Missed);
        Assert.Equal(Enum.GetValues<QuantizationPhase>(), phases.Distinct());
        // Whether so small a model is quicker in integers is the machine's business; what was refused is not there.
        Assert.Equal(report.Published, File.Exists(Folder.File("out.onnx")));
        if (report.Published) Assert.Equal(ModelFingerprint.Of(report.Output!).Hex, report.OutputContent);
        Assert.Empty(Directory.GetFiles(Folder.Path, ".*"));
        Assert.Empty(Directory.GetFiles(Environment.CurrentDirectory, "onnxruntime_profile_*"));
    }

    [Fact]
    public void Should_make_channels_alike_when_they_are_far_apart_between_two_layers()
    {
        var made = new MadeGraph(14).Input("x", 1, 3, 32, 32).Output("y", 1, 8).Noise("b", 8)
            .Floats("d", [.. Enumerable.Range(0, 72).Select(i => (i / 9 % 2 == 0 ? 0.01f : 1f) * (i % 5 - 1.7f))], 8, 1, 3, 3)
            .Floats("w", [.. Enumerable.Range(0, 24).Select(i => (i / 3 % 2 == 0 ? 100f : 1f) * (i % 5 - 1.7f))], 8, 3, 1, 1)
            .Node("Conv", "x w b", "c").Node("Relu", "c", "r").Node("Conv", "r d", "q", Nodes.Attribute("group", 8L), Nodes.Attribute("pads", [1L, 1, 1, 1]))
            .Node("GlobalAveragePool", "q", "p").Node("Flatten", "p", "y");
        foreach (var node in made.Graph.Node) node.ClearName();
        GraphFile.Write(made.Model, Folder.File("apart.onnx"));
        var report = new Quantizer().Run(Request(Folder.File("apart.onnx"), Pictures("c", 3, 1), Pictures("e", 3, 2)) with { MaxLoss = 100 }, _ => { }, default);
        Assert.Equal("c to q", Assert.Single(report.Equalised));
    }

    [Fact]
    public void Should_count_the_weights_of_other_files_when_it_says_how_large_the_float_model_is()
    {
        var made = Made(14);
        var weights = made.Graph.Initializer.Single(i => i.Name == "w");
        File.WriteAllBytes(Folder.File("outside.data"), weights.RawData.ToByteArray());
        weights.ClearRawData();
        weights.DataLocation = TensorProto.Types.Location.External;
        weights.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "outside.data" });
        GraphFile.Write(made.Model, Folder.File("outside.onnx"));
        var report = new Quantizer().Run(Request(Folder.File("outside.onnx"), Pictures("c", 3, 1), Pictures("e", 3, 2)), _ => { }, default);
        Assert.Equal(new FileInfo(Folder.File("outside.onnx")).Length + 864, report.Gain!.FloatBytes);
    }

    [Theory]
    [InlineData("Mul")]
    [InlineData("Div")]
    public void Should_quantise_a_model_when_its_batch_is_free_and_its_shapes_are_computed(string op)
    {
        var made = new MadeGraph(14).Input("x", 0, 3, 32, 32).Output("y", 0, 5).Noise("w", 8, 3, 3, 3).Noise("b", 8).Noise("f", 8, 5).Noise("fb", 5).Number("two", 2).Longs("one", 1).Longs("rest", -1)
            .Longs("zero", 0).Longs("axes", 0)
            .Node("Conv", "x w b", "c", Nodes.Attribute("pads", [1L, 1, 1, 1])).Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "p")
            .Node("Shape", "p", "s").Node("Gather", "s zero", "g", Nodes.Attribute("axis", 0L)).Node("Slice", "g zero one", "h").Node(op, "h one", "n").Node("Concat", "n rest", "to", Nodes.Attribute("axis", 0L))
            .Node("Reshape", "p to", "l").Node("Gemm", "l f fb", "y");
        made.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "N" };
        GraphFile.Write(made.Model, Folder.File("free.onnx"));
        var report = new Quantizer().Run(Request(Folder.File("free.onnx"), Pictures("c", 3, 1), Pictures("e", 3, 2)) with { MaxLoss = 100, MaxTime = 100 }, _ => { }, default);
        Assert.Equal(2, report.Layers.Count);
        Assert.True(report.Layers.Any(l => l.Quantised) && report.Kernels!.Integer > 0);
        // Whoever runs it may still give several pictures.
        if (report.Published) Assert.Equal("N", GraphFile.Read(report.Output!).Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Should_pass_over_pairs_of_layers_when_their_channels_are_not_those_of_a_picture(int dims)
    {
        // The picture becomes a row or a block of rows, on which both layers of a pair work.
        long[] shape = dims == 1 ? [1, 3, 1024] : [1, 3, 4, 16, 16], kernel = [.. Enumerable.Repeat(1L, dims)];
        var made = new MadeGraph(14).Input("x", 1, 3, 32, 32).Output("y", 1, 5).Noise("w", [8, 3, .. kernel]).Noise("v", [8, 8, .. kernel]).Noise("f", 8, 5).Longs("to", shape)
            .Node("Reshape", "x to", "i").Node("Conv", "i w", "c").Node("Relu", "c", "r").Node("Conv", "r v", "d").Node("GlobalAveragePool", "d", "p").Node("Flatten", "p", "l").Node("Gemm", "l f", "y");
        GraphFile.Write(made.Model, Folder.File("rows.onnx"));
        var report = new Quantizer().Run(Request(Folder.File("rows.onnx"), Pictures("c", 3, 1), Pictures("e", 3, 2)) with { MaxLoss = 100 }, _ => { }, default);
        Assert.Equal((3, 0), (report.Layers.Count, report.Equalised.Count));
    }

    [Fact]
    public void Should_say_which_evaluation_pictures_cannot_be_read_when_there_are_some()
    {
        var evaluate = Pictures("e", 3, 2);
        File.WriteAllText(Path.Combine(evaluate, "bad.png"), "no picture");
        var report = new Quantizer().Run(Request(Classifier(), Pictures("c", 3, 1), evaluate), _ => { }, default);
        var warning = Assert.Single(report.Warnings, w => w.Contains("bad.png", StringComparison.Ordinal));
        Assert.Contains("1 of the 4 evaluation pictures", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_leave_a_layer_float_when_quantised_alone_it_gives_what_is_no_number()
    {
        // Four channels alike, of which weights take as much as they add: rounded they take more, and of what is below zero there is no root.
        var made = new MadeGraph(14).Input("x", 1, 3, 32, 32).Output("y", 1, 5).Floats("w", [.. Enumerable.Repeat(0.1f, 4 * 27)], 4, 3, 3, 3).Floats("b", [5, 5, 5, 5], 4)
            .Floats("f", [.. new[] { 1, -0.44f, -0.28f, -0.28f }.SelectMany(v => Enumerable.Range(1, 5).Select(c => v * c))], 4, 5).Floats("fb", [1e-4f, 2e-4f, 3e-4f, 4e-4f, 5e-4f], 5)
            .Node("Conv", "x w b", "c", Nodes.Attribute("pads", [1L, 1, 1, 1])).Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "p").Node("Flatten", "p", "l").Node("Gemm", "l f fb", "g").Node("Sqrt", "g", "y");
        GraphFile.Write(made.Model, Folder.File("root.onnx"));
        var report = new Quantizer().Run(Request(Folder.File("root.onnx"), Pictures("c", 3, 1), Pictures("e", 3, 2)), _ => { }, default);
        Assert.Equal([("Conv", true), ("Gemm", false)], report.Layers.Select(l => (l.Op, l.Quantised)));
        Assert.Equal("alone it gives what is no number", report.Layers[1].Why);
        Assert.Contains(report.Steps, s => double.IsNaN(s.Loss));
    }

    [Fact]
    public void Should_refuse_when_the_model_changes_meanwhile()
    {
        var path = Classifier(channels: 256);
        var before = ModelFingerprint.Of(path).Hex;
        var report = new Quantizer().Run(Request(path, Pictures("c", 3, 1), Pictures("e", 3, 2)) with { MaxLoss = 100, MaxTime = 100 }, Change, default);
        Assert.Contains("changed while it was quantised", Assert.Single(report.Refusals), StringComparison.Ordinal);
        Assert.Equal(before, report.ModelContent);
        Assert.False(report.Published || File.Exists(Folder.File("out.onnx")));

        void Change(QuantizationProgress at)
        {
            if (at is not { Phase: QuantizationPhase.Prove, Done: 0 }) return;
            var model = GraphFile.Read(path);
            model.ProducerName = "another";
            GraphFile.Write(model, path);
        }
    }

    [Fact]
    public void Should_refuse_before_all_else_when_the_sets_overlap()
    {
        var (calibrate, evaluate) = (Pictures("c", 3, 1), Pictures("e", 3, 2));
        File.Copy(Path.Combine(calibrate, "1.png"), Path.Combine(evaluate, "another name.png"));
        var report = new Quantizer().Run(Request(Classifier(), calibrate, evaluate), _ => { }, default);
        Assert.Contains("another name.png", Assert.Single(report.Refusals), StringComparison.Ordinal);
        Assert.False(report.Published || File.Exists(Folder.File("out.onnx")));
    }

    [Fact]
    public void Should_go_on_with_a_warning_when_a_picture_cannot_be_read()
    {
        var calibrate = Pictures("c", 3, 1);
        File.WriteAllText(Path.Combine(calibrate, "bad.png"), "no picture");
        var report = new Quantizer().Run(Request(Classifier(), calibrate, Pictures("e", 3, 2)), _ => { }, default);
        Assert.Contains(report.Warnings, w => w.Contains("bad.png", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_say_so_when_there_is_one_picture_alone() =>
        Assert.Contains(new Quantizer().Run(Request(Classifier(), Pictures("c", 1, 1), Pictures("e", 2, 2)), _ => { }, default).Warnings, w => w.StartsWith("one picture alone", StringComparison.Ordinal));

    [Fact]
    public void Should_fail_when_the_folder_is_empty()
    {
        Directory.CreateDirectory(Folder.File("nothing"));
        Assert.Contains("nothing' has no pictures", Fails(Request(Classifier(), Folder.File("nothing"), Pictures("e", 2, 2))), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_fail_when_the_model_is_quantised_already() =>
        Fails("quantised already", made => made.Node("DequantizeLinear", "q s", "d"), g => g.Initializer.Add([new TensorProto { Name = "q", DataType = Tensors.UInt8, RawData = Google.Protobuf.ByteString.CopyFrom(1) }, Tensors.Of("s", [1f])]));

    [Fact]
    public void Should_fail_when_the_model_has_control_flow() =>
        Fails("graph of its own", made => made.Node("If", "c", "z", new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.Kind.Graph, G = new GraphProto() }), _ => { });

    [Fact]
    public void Should_fail_when_the_size_of_its_input_is_free() =>
        Fails("no fixed height and width", _ => { }, g => g.Input.Single(i => i.Name == "x").Type.TensorType.Shape.Dim[2].DimParam = "height");

    [Fact]
    public void Should_fail_when_its_weights_are_half_floats() =>
        Fails("16-bit floats", _ => { }, g => g.Initializer.Add(new TensorProto { Name = "half", DataType = 10, RawData = Google.Protobuf.ByteString.CopyFrom(0, 0) }));

    [Fact]
    public void Should_fail_when_its_version_is_old_and_cannot_be_raised() =>
        Fails("version 11", made => made.Output("z", 1).Node("Scan", "x", "z"), _ => { }, opset: 11);

    [Fact]
    public void Should_raise_the_version_when_it_is_old_and_can_be()
    {
        var model = Made(11).Model;
        GraphFile.Write(model, Folder.File("old.onnx"));
        Assert.True(OpsetRaise.VersionOf(FloatModel.Read(Card(Folder.File("old.onnx")))) >= FloatModel.LowestOpset);
    }

    [Fact]
    public void Should_fail_when_an_activation_is_not_a_number()
    {
        var made = Made(14);
        made.Graph.Initializer.Single(i => i.Name == "b").RawData = Tensors.Of("b", [float.NaN, 0, 0, 0, 0, 0, 0, 0], 8).RawData;
        GraphFile.Write(made.Model, Folder.File("nan.onnx"));
        Assert.Contains("not a number", Fails(Request(Folder.File("nan.onnx"), Pictures("c", 2, 1), Pictures("e", 2, 2))), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_leave_nothing_when_it_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        Directory.CreateDirectory(Folder.File("scratch"));
        var meanwhile = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => new Quantizer { Scratch = Folder.File("scratch") }.Run(
            Request(Classifier(), Pictures("c", 3, 1), Pictures("e", 3, 2)), Cancel, cancel.Token));
        Assert.False(File.Exists(Folder.File("out.onnx")));
        Assert.True(meanwhile > 0, "there was something to leave");
        Assert.Empty(Directory.GetFileSystemEntries(Folder.File("scratch")));
        Assert.Empty(Directory.GetFiles(Folder.Path, ".*"));

        void Cancel(QuantizationProgress at)
        {
            if (at.Phase != QuantizationPhase.Sensitivity) return;
            meanwhile = Directory.GetFiles(Folder.File("scratch"), "*", SearchOption.AllDirectories).Length;
            cancel.Cancel();
        }
    }

    private string Fails(QuantizationRequest request)
    {
        var message = Assert.Throws<QuantizationException>(() => new Quantizer().Run(request, _ => { }, default)).Message;
        Assert.False(File.Exists(Folder.File("out.onnx")));
        return message;
    }

    private void Fails(string why, Action<MadeGraph> more, Action<GraphProto> change, int opset = 14)
    {
        var made = Made(opset);
        more(made);
        change(made.Graph);
        GraphFile.Write(made.Model, Folder.File("bad.onnx"));
        Assert.Contains(why, Fails(Request(Folder.File("bad.onnx"), Pictures("c", 1, 1), Pictures("e", 1, 2))), StringComparison.Ordinal);
    }
}
