using System.Runtime.InteropServices;
using ActorPipeline.Sources;

namespace ActorPipeline.Evaluation;

public sealed class PictureSetSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_name_pictures_in_ordinal_order_when_there_are_subfolders()
    {
        foreach (var name in new[] { "b.png", "B.png", "a/2.jpg", "a/10.JPG", "c.bmp" }) _folder.Picture(name);
        _folder.Text("notes.txt", "no picture");
        var set = PictureSet.Open(_folder.Path);
        Assert.Equal(["B.png", "a/10.JPG", "a/2.jpg", "b.png", "c.bmp"], set.Names);
        Assert.Equal(set.Names, set.Read().Select(p => p.Name));
    }

    [Fact]
    public void Should_give_each_pictures_own_pixels_when_it_reads()
    {
        _folder.Picture("a.png", 7, 3, grey: 10);
        _folder.Picture("b.png", 20, 30, grey: 200);
        var seen = new List<(int, string, int, int, byte)>();
        foreach (var picture in PictureSet.Open(_folder.Path).Read())
            seen.Add((picture.Index, picture.Name, picture.View.Width, picture.View.Height, Marshal.ReadByte(picture.View.Address + ((picture.View.Height - 1) * picture.View.Stride))));
        Assert.Equal([(0, "a.png", 7, 3, 10), (1, "b.png", 20, 30, 200)], seen);
    }

    [Fact]
    public void Should_go_on_and_name_them_when_some_cannot_be_read()
    {
        _folder.Picture("a.png");
        _folder.Write("b.png", []);
        _folder.Text("c.jpg", "no jpeg");
        _folder.Write("d.png", [.. File.ReadAllBytes(_folder.File("a.png"))[..40], .. new byte[100]]);
        _folder.Picture("e.png", 100, 100);
        _folder.Picture("f.png");
        var unreadable = new List<UnreadablePicture>();
        var read = PictureSet.Open(_folder.Path, new SourceOptions { MaxPixels = 1000 }).Read(unreadable.Add).Select(p => p.Name).ToArray();
        Assert.Equal(["a.png", "f.png"], read);
        Assert.Equal(["b.png", "c.jpg", "d.png", "e.png"], unreadable.Select(u => u.Name));
        Assert.Equal(["0 bytes", "no JPEG", "decoded", "100x100"], unreadable.Zip(["0 bytes", "no JPEG", "decoded", "100x100"]).Select(u => u.First.Reason.Contains(u.Second) ? u.Second : u.First.Reason));
    }

    [Fact]
    public void Should_refuse_when_the_folder_is_missing_or_has_nothing_to_read()
    {
        Assert.Contains("does not exist", Assert.Throws<EvaluationException>(() => PictureSet.Open(_folder.File("nowhere"))).Message);
        Assert.Contains("has no pictures", Assert.Throws<EvaluationException>(() => PictureSet.Open(_folder.Path)).Message);
        _folder.Write("a.png", []);
        _folder.Text("b.jpg", "no jpeg");
        var set = PictureSet.Open(_folder.Path);
        Assert.Contains("none of its 2 pictures can be used (a.png: it is empty", Assert.Throws<EvaluationException>(() => set.Read().Count()).Message);
    }

    [Fact]
    public void Should_stop_when_it_is_cancelled()
    {
        _folder.Picture("a.png");
        _folder.Picture("b.png");
        using var cancellation = new CancellationTokenSource();
        var read = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in PictureSet.Open(_folder.Path).Read(null, cancellation.Token))
            {
                read++;
                cancellation.Cancel();
            }
        });
        Assert.Equal(1, read);
    }

    [Fact]
    public void Should_read_some_alone_when_only_they_are_wanted()
    {
        foreach (var name in new[] { "a.png", "b.png", "c.png" }) _folder.Picture(name);
        var set = PictureSet.Open(_folder.Path);
        Assert.Equal([(0, "a.png"), (1, "c.png")], set.Only(name => name != "b.png").Read().Select(p => (p.Index, p.Name)));
        Assert.Throws<EvaluationException>(() => set.Only(_ => false));
    }

    [Theory]
    [InlineData("a/1.png", "a/1.png")]
    [InlineData("./a\\1.png", "a/1.png")]
    [InlineData("2.png", "b/2.png")]
    [InlineData("val2017/2.png", "b/2.png")]
    [InlineData("1.png", null)]
    [InlineData("3.png", null)]
    public void Should_find_a_picture_when_a_list_calls_it_by_its_path_or_by_a_name_that_only_it_has(string given, string? name) =>
        Assert.Equal(name, new PictureNames(["a/1.png", "b/1.png", "b/2.png"]).Find(given));
}
