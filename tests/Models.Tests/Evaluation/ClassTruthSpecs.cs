using ActorPipeline.Catalog;

namespace ActorPipeline.Evaluation;

public sealed class ClassTruthSpecs : IDisposable
{
    private static readonly string[] Pictures = ["a.png", "b 1.png", "sub/c.png"];
    private static readonly ClassNames Names = new(new LabelList(["cat", "great white shark, white shark", "crane", "crane"]), 4);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.png\tcat", "a.png", 0)]
    [InlineData("a.png,3", "a.png", 3)]
    [InlineData("a.png 3", "a.png", 3)]
    [InlineData("  a.png ,  3  ", "a.png", 3)]
    [InlineData("\"a.png\",\"cat\"", "a.png", 0)]
    [InlineData("b 1.png 2", "b 1.png", 2)]
    [InlineData("c.png great white shark, white shark", "sub/c.png", 1)]
    [InlineData("sub/c.png\tgreat white shark, white shark", "sub/c.png", 1)]
    public void Should_read_a_line_when_it_is_a_picture_and_its_class(string line, string picture, int of) =>
        Assert.Equal((picture, of), Only(Read(line)));

    [Theory]
    [InlineData("a.png\tcat|3")]
    [InlineData("a.png,3 | cat")]
    [InlineData("a.png 3|0|3")]
    public void Should_take_any_of_several_classes_when_a_line_names_them(string line) => Assert.Equal([0, 3], Read(line).Classes["a.png"]);

    [Fact]
    public void Should_name_the_class_when_one_of_several_is_none() =>
        Assert.Contains("line 1: 'dog' is neither", Assert.Throws<EvaluationException>(() => Read("a.png\tcat|dog")).Message);

    [Fact]
    public void Should_pass_over_what_is_no_line_and_warn_of_pictures_without_one_when_it_reads_a_list()
    {
        var truth = Read("file,class\r\n# remark\r\n\r\na.png,1\r\na.png,1\r\nb 1.png,cat\r\n");
        Assert.Equal("a.png 1, b 1.png 0", string.Join(", ", truth.Classes.Select(c => $"{c.Key} {Assert.Single(c.Value)}")));
        Assert.StartsWith("1 of the 3 pictures are not in truth file", Assert.Single(truth.Warnings));
    }

    [Theory]
    [InlineData("a.png,0\nx.png,0", "line 2: 'x.png' is not one of the pictures")]
    [InlineData("a.png,dog", "line 1: 'dog' is neither a label of the model nor a number from 0 to 3")]
    [InlineData("a.png,4", "line 1: '4' is neither")]
    [InlineData("a.png,-1", "line 1: '-1' is neither")]
    [InlineData("a.png,crane", "line 1: 'crane' is the label of several classes")]
    [InlineData("\n\na.png", "line 3: it is not a picture's name and its class")]
    [InlineData("a.png,\t", "line 1: picture 'a.png' has no class")]
    [InlineData("a.png,,", "line 1: picture 'a.png' has no class")]
    [InlineData("a.png,0\na.png,1", "line 2: picture 'a.png' was of class 0 before")]
    [InlineData("# nothing", "names not one of the 3 pictures")]
    [InlineData("", "names not one of the 3 pictures")]
    public void Should_name_the_line_when_it_is_wrong(string text, string why)
    {
        var refusal = Assert.Throws<EvaluationException>(() => Read(text));
        Assert.Contains(why, refusal.Message);
        Assert.Contains("truth.csv", refusal.Message);
    }

    [Fact]
    public void Should_refuse_when_there_is_no_file() =>
        Assert.Contains("does not exist", Assert.Throws<EvaluationException>(() => ClassTruth.Read(_folder.File("truth.csv"), Pictures, Names)).Message);

    [Fact]
    public void Should_take_the_subfolders_when_they_are_named_after_classes()
    {
        var truth = ClassTruth.FromFolders(["cat/a.png", "3/b.png", "cat/c.png", "d.png"], Names)!;
        Assert.Equal("cat/a.png 0, 3/b.png 3, cat/c.png 0", string.Join(", ", truth.Classes.Select(c => $"{c.Key} {Assert.Single(c.Value)}")));
        Assert.StartsWith("1 of the 4 pictures", Assert.Single(truth.Warnings));
    }

    [Fact]
    public void Should_know_nothing_when_there_are_no_subfolders_or_of_other_names()
    {
        Assert.Null(ClassTruth.FromFolders(["a.png"], Names));
        Assert.Null(ClassTruth.FromFolders(["day/a.png", "night/b.png"], Names));
    }

    [Theory]
    [InlineData("dog", "neither a label")]
    [InlineData("crane", "several classes")]
    public void Should_refuse_when_only_some_subfolders_are_named_after_classes(string stray, string why)
    {
        var refusal = Assert.Throws<EvaluationException>(() => ClassTruth.FromFolders(["cat/a.png", $"{stray}/b.png"], Names));
        Assert.Contains($"subfolder '{stray}'", refusal.Message);
        Assert.Contains(why, refusal.Message);
    }

    private static (string, int) Only(ClassTruth truth)
    {
        var (picture, classes) = Assert.Single(truth.Classes);
        return (picture, Assert.Single(classes));
    }

    private ClassTruth Read(string text) => ClassTruth.Read(_folder.Text("truth.csv", text), Pictures, Names);
}
