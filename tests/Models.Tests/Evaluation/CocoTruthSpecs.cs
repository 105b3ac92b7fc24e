using ActorPipeline.Catalog;
using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

public sealed class CocoTruthSpecs : IDisposable
{
    private const string Images = """{"id": 7, "file_name": "a.jpg"}, {"id": 9, "file_name": "b.jpg"}""";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_take_ids_for_classes_when_there_are_no_categories()
    {
        var truth = Read(Images, """{"image_id": 7, "category_id": 2, "bbox": [1, 2, 10, 20], "iscrowd": 0}, {"image_id": 7, "category_id": 0, "bbox": [0.5, 0, 3, 4], "iscrowd": 1}""");
        Assert.Equal([new TruthBox(2, new BoundingBox(1, 2, 11, 22), false), new TruthBox(0, new BoundingBox(0.5f, 0, 3.5f, 4), true)], truth.Boxes["a.jpg"]);
        Assert.Empty(truth.Boxes["b.jpg"]);
        Assert.Empty(truth.Warnings);
    }

    [Fact]
    public void Should_map_by_place_when_ids_have_gaps_and_the_model_has_no_labels()
    {
        var truth = Read(Images, Annotation(category: 90), """{"id": 13, "name": "dog"}, {"id": 1, "name": "cat"}, {"id": 90, "name": "cow"}""");
        Assert.Equal(2, truth.Boxes["a.jpg"][0].ClassIndex);
    }

    [Fact]
    public void Should_map_by_name_when_the_model_has_labels_in_another_order()
    {
        var truth = Read(Images, Annotation(category: 1), """{"id": 1, "name": "cat"}, {"id": 13, "name": "dog"}, {"id": 14, "name": "unused"}""", "cow", "dog", "cat");
        Assert.Equal(2, truth.Boxes["a.jpg"][0].ClassIndex);
    }

    [Fact]
    public void Should_map_by_place_and_warn_when_no_name_is_a_label()
    {
        var truth = Read(Images, Annotation(category: 13), """{"id": 1, "name": "Katze"}, {"id": 13, "name": "Hund"}""", "cat", "dog");
        Assert.Equal(1, truth.Boxes["a.jpg"][0].ClassIndex);
        Assert.Contains("None of its 2 categories", Assert.Single(truth.Warnings));
    }

    [Fact]
    public void Should_warn_when_the_file_and_the_folder_are_not_of_the_same_pictures()
    {
        var truth = CocoTruth.Read(File(Images, Annotation()), ["a.jpg", "c.jpg", "d.jpg"], LabelList.None);
        Assert.Equal(["a.jpg"], truth.Boxes.Keys);
        Assert.Equal(2, truth.Warnings.Count);
        Assert.StartsWith("2 of the pictures are not in truth file", truth.Warnings[0]);
        Assert.StartsWith("1 of the 2 images of truth file", truth.Warnings[1]);
    }

    [Theory]
    [InlineData(Images, """{"image_id": 8, "category_id": 0, "bbox": [0, 0, 1, 1]}""", null, "annotation 1 is of image 8, which it does not list")]
    [InlineData(Images, """{"image_id": 7, "category_id": 2, "bbox": [0, 0, 1, 1]}""", null, "annotation 1 is of category 2, which is no class")]
    [InlineData(Images, """{"image_id": 7, "category_id": -1, "bbox": [0, 0, 1, 1]}""", null, "annotation 1 is of category -1, which is no class")]
    [InlineData(Images, """{"image_id": 7, "category_id": 5, "bbox": [0, 0, 1, 1]}""", """{"id": 1, "name": "cat"}""", "annotation 1 is of category 5, which is no class")]
    [InlineData(Images, """{"image_id": 7, "category_id": 2, "bbox": [0, 0, 1, 1]}""", """{"id": 1, "name": "cat"}, {"id": 2, "name": "cow"}""", "'cow' (2)")]
    [InlineData(Images, """{"image_id": 7, "category_id": 1, "bbox": [0, 0, 1, 1]}""", """{"id": 1, "name": "cat"}, {"id": 1, "name": "dog"}""", "same id")]
    [InlineData(Images, """{"image_id": 7, "category_id": 0, "bbox": [0, 0, 1]}""", null, "annotation 1 has no box")]
    [InlineData(Images, """{"image_id": 7, "category_id": 0, "bbox": null}""", null, "annotation 1 has no box")]
    [InlineData(Images, """{"image_id": 7, "category_id": 0, "bbox": [0, 0, -1, 1]}""", null, "annotation 1 has no box")]
    [InlineData(Images, """{"image_id": 7, "category_id": 0, "bbox": [0, 1e39, 1, 1]}""", null, "annotation 1 has no box")]
    [InlineData(Images, """{"image_id": 7, "category_id": 0}""", null, "no COCO file")]
    [InlineData(Images, "", null, "no object in any of the pictures")]
    [InlineData("""{"id": 7, "file_name": "x.jpg"}""", "", null, "none of its 1 images is one of the 2 pictures")]
    [InlineData("""{"id": 7, "file_name": "a.jpg"}, {"id": 7, "file_name": "b.jpg"}""", "", null, "id 7")]
    [InlineData("""{"id": 7, "file_name": "a.jpg"}, {"id": 8, "file_name": "a.jpg"}""", "", null, "'a.jpg' twice")]
    public void Should_say_what_is_wrong_when_the_file_does_not_do(string images, string annotations, string? categories, string why)
    {
        var refusal = Assert.Throws<EvaluationException>(() => Read(images, annotations, categories, "cat", "dog"));
        Assert.Contains(why, refusal.Message);
        Assert.Contains("truth.json", refusal.Message);
    }

    [Theory]
    [InlineData("{", "no COCO file")]
    [InlineData("null", "no COCO file")]
    [InlineData("[]", "no COCO file")]
    [InlineData("""{"images": []}""", "no COCO file")]
    public void Should_refuse_when_it_is_another_file(string text, string why) =>
        Assert.Contains(why, Assert.Throws<EvaluationException>(() => CocoTruth.Read(_folder.Text("truth.json", text), ["a.jpg"], LabelList.None)).Message);

    [Fact]
    public void Should_refuse_when_there_is_no_file() =>
        Assert.Contains("does not exist", Assert.Throws<EvaluationException>(() => CocoTruth.Read(_folder.File("truth.json"), ["a.jpg"], LabelList.None)).Message);

    [DataFact]
    public void Should_read_all_when_it_is_a_part_of_coco()
    {
        var pictures = PictureSet.Open(TestData.PathOf("coco_cc", "val"));
        var truth = CocoTruth.Read(TestData.PathOf("coco_cc", "val.json"), pictures.Names, LabelList.Load(TestData.PathOf("labels", "coco80.txt")));
        Assert.Equal((46, 282), (truth.Boxes.Count, truth.Boxes.Values.Sum(b => b.Count)));
        Assert.Empty(truth.Warnings);
    }

    private static string Annotation(int category = 0) => $$"""{"image_id": 7, "category_id": {{category}}, "bbox": [0, 0, 5, 5]}""";

    private string File(string images, string annotations, string? categories = null) =>
        _folder.Text("truth.json", $$"""{"info": "x", "images": [{{images}}], "annotations": [{{annotations}}]{{(categories is null ? "" : $", \"categories\": [{categories}]")}}}""");

    private CocoTruth Read(string images, string annotations, string? categories = null, params string[] labels) =>
        CocoTruth.Read(File(images, annotations, categories), ["a.jpg", "b.jpg"], new LabelList(labels));
}
