using ActorPipeline.Bench.TextLines;
using ActorPipeline.Evaluation;
using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Quantization;

public sealed class PictureOverlapSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _calibrate, _evaluate;

    public PictureOverlapSpecs()
    {
        OpenCvRuntime.EnsureLoaded();
        (_calibrate, _evaluate) = (Directory.CreateDirectory(_folder.File("c")).FullName, Directory.CreateDirectory(_folder.File("e")).FullName);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_name_the_pictures_when_they_were_copied_and_renamed()
    {
        foreach (var i in Enumerable.Range(0, 3)) Save(Path.Combine(_calibrate, $"{i}.png"), Scene(i));
        File.Copy(Path.Combine(_calibrate, "1.png"), Path.Combine(_evaluate, "1.png"));
        File.Copy(Path.Combine(_calibrate, "2.png"), Path.Combine(_evaluate, "new.png"));
        using (var same = Cv2.ImRead(Path.Combine(_calibrate, "0.png"))) Cv2.ImWrite(Path.Combine(_evaluate, "other.bmp"), same);
        Save(Path.Combine(_evaluate, "own.png"), Scene(9));
        Assert.Equal(["1.png", "new.png (there 2.png)", "other.bmp (there 0.png)"], Find());
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("half")]
    [InlineData("half and jpeg")]
    [InlineData("larger")]
    [InlineData("lighter")]
    [InlineData("darker")]
    [InlineData("paler")]
    public void Should_know_a_copy_when_it_was_changed(string how)
    {
        foreach (var i in Enumerable.Range(0, 4)) Save(Path.Combine(_calibrate, $"{i}.png"), Scene(i));
        Save(Path.Combine(_evaluate, "own.png"), Scene(9));
        using var source = Cv2.ImRead(Path.Combine(_calibrate, "2.png"));
        Cv2.ImWrite(Path.Combine(_evaluate, how.Contains("jpeg") ? "copy.jpg" : "copy.png"), Changed(source, how), new ImageEncodingParam(ImwriteFlags.JpegQuality, 80));
        Assert.EndsWith("(a copy of 2.png)", Assert.Single(Find()));
    }

    [Fact]
    public void Should_find_none_when_lines_of_text_are_of_the_same_fonts()
    {
        TextLineSet.Write(_calibrate, 80, 0);
        TextLineSet.Write(_evaluate, 80, 1);
        Assert.Empty(Find());
    }

    [Fact]
    public void Should_not_call_pictures_of_one_colour_copies_when_their_pixels_differ()
    {
        foreach (var (folder, grey) in new[] { (_calibrate, 20), (_evaluate, 200) }) Save(Path.Combine(folder, $"{grey}.png"), new Mat(60, 80, MatType.CV_8UC3, Scalar.All(grey)));
        Assert.Empty(Find());
    }

    [DataFact]
    public void Should_find_none_when_they_are_other_photographs() =>
        Assert.Empty(PictureOverlap.Of(PictureSet.Open(TestData.PathOf("coco_cc", "calib")), PictureSet.Open(TestData.PathOf("coco_cc", "val")), default));

    [DataFact]
    public void Should_find_all_when_photographs_were_halved_and_compressed_anew()
    {
        var photographs = PictureSet.Open(TestData.PathOf("coco_cc", "calib"));
        foreach (var name in photographs.Names)
        {
            using var source = Cv2.ImRead(Path.Combine(photographs.Folder, name));
            Cv2.ImWrite(Path.Combine(_evaluate, name), Changed(source, "half"), new ImageEncodingParam(ImwriteFlags.JpegQuality, 80));
        }
        Assert.Equal(photographs.Names.Select(name => $"{name} (a copy of {name})"), PictureOverlap.Of(photographs, PictureSet.Open(_evaluate), default));
    }

    private IReadOnlyList<string> Find() => PictureOverlap.Of(PictureSet.Open(_calibrate), PictureSet.Open(_evaluate), default);

    private static Mat Changed(Mat source, string how)
    {
        var changed = new Mat();
        switch (how)
        {
            case "half" or "half and jpeg":
                Cv2.Resize(source, changed, new Size(source.Width / 2, source.Height / 2), 0, 0, InterpolationFlags.Linear);
                break;
            case "larger":
                Cv2.Resize(source, changed, new Size(source.Width * 3 / 2, source.Height * 3 / 2), 0, 0, InterpolationFlags.Cubic);
                break;
            default:
                source.ConvertTo(changed, -1, how == "paler" ? 0.7 : 1, how switch { "lighter" => 25, "darker" => -25, _ => 0 });
                break;
        }
        return changed;
    }

    /// <summary>Rectangles on a ground, all by chance.</summary>
    private static Mat Scene(int seed)
    {
        var random = new Random(seed);
        var scene = new Mat(120, 161, MatType.CV_8UC3, Colour());
        for (var i = 0; i < 25; i++) Cv2.Rectangle(scene, new Rect(random.Next(150), random.Next(110), 10 + random.Next(50), 8 + random.Next(40)), Colour(), thickness: -1);
        return scene;

        Scalar Colour() => new(random.Next(30, 220), random.Next(30, 220), random.Next(30, 220));
    }

    private static void Save(string path, Mat picture)
    {
        using (picture) Cv2.ImWrite(path, picture);
    }
}
