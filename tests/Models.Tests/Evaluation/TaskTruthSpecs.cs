using ActorPipeline.Catalog;

namespace ActorPipeline.Evaluation;

public sealed class TaskTruthSpecs : IDisposable
{
    private static readonly LabelList Labels = new(["cat", "dog"]);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_judge_by_precision_the_pictures_that_are_labelled_when_it_is_a_detector()
    {
        _folder.Picture("a.png");
        _folder.Picture("b.png");
        var file = _folder.Text("t.json", """{"images": [{"id": 1, "file_name": "a.png"}], "annotations": [{"image_id": 1, "category_id": 0, "bbox": [0, 0, 10, 10]}]}""");
        var truth = Read(ModelKind.PicoDet, file);
        Assert.True(truth.Known);
        Assert.Equal(["a.png"], truth.Pictures.Names);
        Assert.Equal(["mAP .5:.95", "AP50"], truth.Metrics([]).Select(m => m.Name));
        Assert.Single(truth.Warnings);
    }

    [Fact]
    public void Should_judge_by_agreement_when_nobody_said_what_a_detector_should_find()
    {
        _folder.Picture("cat/a.png");
        var truth = Read(ModelKind.Yolox, null);
        Assert.False(truth.Known);
        Assert.Equal(["cat/a.png"], truth.Pictures.Names);
        // Below the card's threshold of 0.4 nothing counts.
        Answer[] model = [Given.Boxes("cat/a.png", Given.Found(Given.Square(), 0.41f), Given.Found(Given.Square(30), 0.39f))];
        Assert.Equal(100, Assert.Single(truth.Metrics(model)).ScoreAll([Given.Boxes("cat/a.png", Given.Found(Given.Square(), 0.9f))]));
    }

    [Fact]
    public void Should_judge_by_top_classes_when_a_classifiers_pictures_lie_in_folders_or_stand_in_a_list()
    {
        _folder.Picture("cat/a.png");
        _folder.Picture("dog/b.png");
        var folders = Read(ModelKind.Classification, null);
        Assert.Equal(["top-1", "top-5"], folders.Metrics([]).Select(m => m.Name));
        Assert.Equal(50, folders.Metrics([])[0].ScoreAll([Given.Classes("cat/a.png", 0), Given.Classes("dog/b.png", 0)]));
        var list = Read(ModelKind.Classification, _folder.Text("t.csv", "cat/a.png,dog"));
        Assert.Equal(["cat/a.png"], list.Pictures.Names);
        Assert.Equal(0, list.Metrics([])[0].ScoreAll([Given.Classes("cat/a.png", 0)]));
    }

    [Fact]
    public void Should_judge_a_classifier_by_agreement_when_nothing_says_what_is_right()
    {
        _folder.Picture("day/a.png");
        var truth = Read(ModelKind.Classification, null);
        Assert.False(truth.Known);
        Assert.Equal(0, Assert.Single(truth.Metrics([Given.Classes("day/a.png", 1)])).ScoreAll([Given.Classes("day/a.png", 0)]));
    }

    private TaskTruth Read(ModelKind kind, string? file) =>
        TaskTruth.Read(new ModelCard { Id = new ModelId("m"), Path = "m.onnx", Kind = kind }, PictureSet.Open(_folder.Path), file, Labels, 2);
}
