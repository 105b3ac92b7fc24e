using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

public sealed class ExaminerSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_give_a_detectors_boxes_for_each_picture_when_some_cannot_be_read()
    {
        _folder.Picture("a.png");
        _folder.Write("b.png", []);
        _folder.Picture("c.png");
        using var model = Load(ModelKind.PicoDet, new SyntheticModel(new ModelId("m"))
        {
            Detects = call => call.Number == 0 ? [Given.Found(Given.Square(), 0.9f), Given.Found(Given.Square(20), 0.03f, 4)] : [],
        });
        var progress = new List<(int, int)>();
        var unreadable = new List<UnreadablePicture>();
        var answers = Examiner.Examine(model, PictureSet.Open(_folder.Path), default, (done, of) => progress.Add((done, of)), unreadable.Add);
        Assert.Equal(["a.png", "c.png"], answers.Select(a => a.Picture));
        Assert.Equal([Given.Found(Given.Square(), 0.9f), Given.Found(Given.Square(20), 0.03f, 4)], answers[0].Detections);
        Assert.Empty(answers[1].Detections);
        Assert.Equal("b.png", Assert.Single(unreadable).Name);
        Assert.Equal([(1, 3), (3, 3)], progress);
    }

    [Theory]
    [InlineData(10, 5)]
    [InlineData(2, 2)]
    public void Should_give_a_classifiers_best_five_when_it_has_so_many(int classes, int given)
    {
        _folder.Picture("a.png");
        using var model = Load(ModelKind.Classification, new SyntheticModel(new ModelId("m"))
        {
            Classes = classes, Classifies = _ => [.. Enumerable.Range(0, classes).Select(i => new Classification(classes - 1 - i, 1f / (i + 2)))],
        });
        var answer = Assert.Single(Examiner.Examine(model, PictureSet.Open(_folder.Path), default));
        Assert.Equal(Enumerable.Range(0, given).Select(i => classes - 1 - i), answer.Classes);
        Assert.Empty(answer.Detections);
    }

    [Fact]
    public void Should_say_which_picture_when_the_model_gives_no_numbers()
    {
        _folder.Picture("a.png");
        using var model = Load(ModelKind.Classification, new SyntheticModel(new ModelId("m")) { Classifies = _ => throw new InvalidDataException("The model gave scores that are no numbers.") });
        var refusal = Assert.Throws<EvaluationException>(() => Examiner.Examine(model, PictureSet.Open(_folder.Path), default));
        Assert.Contains("'a.png'", refusal.Message);
        Assert.Contains("no numbers", refusal.Message);
    }

    [Fact]
    public void Should_stop_when_it_is_cancelled()
    {
        _folder.Picture("a.png");
        _folder.Picture("b.png");
        using var cancellation = new CancellationTokenSource();
        using var model = Load(ModelKind.PicoDet, new SyntheticModel(new ModelId("m")));
        var done = 0;
        Assert.Throws<OperationCanceledException>(() => Examiner.Examine(model, PictureSet.Open(_folder.Path), cancellation.Token, (_, _) =>
        {
            done++;
            cancellation.Cancel();
        }));
        Assert.Equal(1, done);
    }

    [Fact]
    public void Should_ask_for_the_whole_curve_when_it_makes_a_card()
    {
        var card = Examiner.CardFor(Card(ModelKind.PicoDet));
        Assert.Equal((0.02f, 300), (card.ScoreThreshold, card.MaxDetections));
        Assert.Equal(5, Examiner.CardFor(Card(ModelKind.Classification)).Top);
    }

    private static ModelCard Card(ModelKind kind) => new() { Id = new ModelId("m"), Path = "m.onnx", Kind = kind };

    private static ILoadedModel Load(ModelKind kind, SyntheticModel model) => new SyntheticModelRuntime(TimeProvider.System).Add(model).Load(Card(kind), default);
}
