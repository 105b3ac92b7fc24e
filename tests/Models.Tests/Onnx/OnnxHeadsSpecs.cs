using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Vision;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

public sealed class OnnxHeadsSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_have_one_output_a_part_in_the_order_of_the_card_when_a_model_is_merged()
    {
        var contract = OnnxContract.Read(Merged("b", "a"), new Session(Scores("a/out", 3), Scores("b/scores/0", 5)), labels: 0);

        Assert.Equal(["b/scores/0", "a/out"], contract.Outputs.Select(o => o.Name));
        Assert.Equal(8, contract.Classes);
    }

    [Fact]
    public void Should_refuse_when_a_part_has_no_output_or_several_or_no_scores()
    {
        Assert.Contains("'b' has 0", Refused(Scores("a/out", 3), Scores("bb/out", 3)));
        Assert.Contains("'b' has 2", Refused(Scores("a/out", 3), Scores("b/out", 3), Scores("b/other", 3)));
        Assert.Contains("'b' has 1", Refused(Scores("a/out", 3), new TensorDescription("b/out", TensorElementType.Float, [1, 4, 4])));

        static string Refused(params TensorDescription[] outputs)
        {
            var error = Assert.Throws<ModelLoadException>(() => OnnxContract.Read(Merged("a", "b"), new Session(outputs), labels: 0));
            Assert.Equal(LoadFailure.WrongShape, error.Failure);
            return error.Message;
        }
    }

    [Fact]
    public void Should_name_the_part_when_its_labels_are_too_few()
    {
        var labels = _folder.Write("labels.txt", "one\ntwo\n"u8.ToArray());
        var card = Merged("a", "b");
        card = card with { Merged = [card.Merged[0], card.Merged[1] with { LabelsPath = labels }] };
        var contract = OnnxContract.Read(card, new Session(Scores("a/out", 3), Scores("b/out", 5)), labels: 0);

        var error = Assert.Throws<ModelLoadException>(() => OnnxHeads.Read(card, contract));

        Assert.Equal((LoadFailure.WrongLabels, "b"), (error.Failure, error.Model.Value));
        Assert.Contains("knows 5 classes", error.Message);
    }

    [Fact]
    public void Should_fill_head_after_head_of_one_run_when_a_merged_model_classifies()
    {
        var card = Merged("a", "b") with { Path = _folder.Write("merged.onnx", TinyOnnx.TwoHeads("a/out", "b/out")) };
        card = card with { Merged = [card.Merged[0] with { Top = 1, Path = card.Path }, card.Merged[1] with { Top = 9, Path = card.Path }] };
        using var model = (IClassifier)new OnnxModelRuntime().Load(card, default);
        using var picture = new TestPicture(4, 4, (x, y) => (10, 20, 70));
        var top = new Classification[card.LabelsEach];

        var filled = model.Classify(0, picture.View, top);

        // Of the first head one label, of the second all three classes, though its card would take nine.
        Assert.Equal([(0, 2), (1, 2), (1, 1), (1, 0)], top[..filled].Select(t => (t.Head, t.ClassIndex)));
        Assert.Equal([("a", 3), ("b", 3)], model.Report.Heads.Select(h => (h.Model.Value, h.Classes)));
        Assert.Equal(1, model.Classify(0, picture.View, top.AsSpan(0, 1)));
    }

    private static TensorDescription Scores(string name, int classes) => new(name, TensorElementType.Float, [1, classes]);

    private static ModelCard Merged(params string[] parts)
    {
        ModelCard[] cards = [.. parts.Select(p => TinyOnnx.Card("") with { Id = new ModelId(p) })];
        return cards[0] with { Id = new ModelId(string.Join('+', parts)), Merged = cards };
    }

    private sealed class Session(params TensorDescription[] outputs) : INativeSession
    {
        public IReadOnlyList<TensorDescription> Inputs { get; } = [new("image", TensorElementType.Float, [1, 3, 8, 8])];

        public IReadOnlyList<TensorDescription> Outputs { get; } = outputs;

        public INativeTensor Allocate(TensorSpec spec) => throw new NotSupportedException();

        public INativeBinding Bind(IReadOnlyList<INativeTensor> inputs, IReadOnlyList<INativeTensor> outputs) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
