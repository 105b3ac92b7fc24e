using ActorPipeline.Bench.TextLines;
using ActorPipeline.Catalog;
using ActorPipeline.Onnx;
using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

public sealed class TextLineSetSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public TextLineSetSpecs() => OpenCvRuntime.EnsureLoaded();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_share_no_text_when_seeds_differ()
    {
        var texts = Enumerable.Range(0, 4).SelectMany(seed => Texts(seed, 300)).ToArray();
        Assert.Equal(texts.Length, texts.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => new LineTexts(LineTexts.Seeds));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LineTexts(-1));
    }

    [Fact]
    public void Should_write_the_same_pictures_when_the_seed_is_the_same()
    {
        foreach (var (name, seed) in new[] { ("a", 5), ("b", 5), ("c", 6) }) TextLineSet.Write(_folder.File(name), 6, seed);
        Assert.Equal(Texts(5, 6), Texts(5, 6));
        Assert.Equal(Contents("a"), Contents("b"));
        Assert.Empty(Contents("a").Intersect(Contents("c")));
    }

    [Fact]
    public void Should_be_labelled_by_folders_half_upside_down_when_it_is_written()
    {
        TextLineSet.Write(_folder.Path, 10, 1);
        var set = PictureSet.Open(_folder.Path);
        var truth = ClassTruth.FromFolders(set.Names, new ClassNames(new LabelList(TextLineSet.Labels), 2))!;
        Assert.Equal((10, 5), (truth.Classes.Count, truth.Classes.Values.Count(of => of.Contains(1))));
        Assert.Equal(10, set.Read().Count(p => p.View is { Width: > 20, Height: > 10 }));
    }

    [DataFact]
    public void Should_be_read_by_the_float_model_when_lines_are_rendered()
    {
        TextLineSet.Write(_folder.Path, 200, 4);
        using var model = new OnnxModelRuntime().Load(Examiner.CardFor(TestData.TextLine), default);
        Assert.Equal(TextLineSet.Labels, Enumerable.Range(0, 2).Select(i => model.Report.Labels[i]));
        var truth = TaskTruth.Read(TestData.TextLine, PictureSet.Open(_folder.Path), null, model.Report.Labels, model.Report.Classes);
        var answers = Examiner.Examine(model, truth.Pictures, default);
        Assert.InRange(truth.Metrics(answers)[0].ScoreAll(answers), 93, 99.9);
    }

    private static string[] Texts(int seed, int count)
    {
        var texts = new LineTexts(seed);
        return [.. Enumerable.Range(0, count).Select(_ => texts.Next())];
    }

    private string[] Contents(string name) =>
        [.. Directory.GetFiles(_folder.File(name), "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => Convert.ToBase64String(File.ReadAllBytes(f)))];
}
