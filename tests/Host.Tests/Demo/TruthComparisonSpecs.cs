using ActorPipeline.Vision;

namespace ActorPipeline.Hosting.Demo;

public sealed class TruthComparisonSpecs
{
    [Fact]
    public void Finds_are_matched_and_labels_compared()
    {
        var result = Compare([Item(0, "Bag"), Item(200, "Coat"), Item(400, "Shirt")], [Found(5, 0.9, "Bag"), Found(205, 0.8, "Shirt")]);
        Assert.Equal(new TruthComparison(3, 2, 1, 0), result);
        Assert.Equal(2 / 3.0, result.FoundShare, 6);
        Assert.Equal(0.5, result.LabelledRightShare);
    }

    [Fact]
    public void The_best_score_chooses_first_and_an_item_is_found_once()
    {
        // Both overlap the item enough; the surer one gets it, whatever their order, and the other is false.
        var result = Compare([Item(0, "Bag")], [Found(20, 0.5, "Coat"), Found(10, 0.9, "Bag")]);
        Assert.Equal(new TruthComparison(1, 1, 1, 1), result);
    }

    [Fact]
    public void An_ignored_item_is_neither_missed_nor_false()
    {
        var hidden = Item(0, "Bag") with { Ignore = true };
        Assert.Equal(new TruthComparison(0, 0, 0, 0), Compare([hidden], []));
        Assert.Equal(new TruthComparison(0, 0, 0, 0), Compare([hidden], [Found(0, 0.9, "Coat")]));
    }

    [Fact]
    public void An_item_that_counts_is_preferred_to_an_ignored_one()
    {
        var hidden = Item(0, "Bag") with { Ignore = true };
        Assert.Equal(new TruthComparison(1, 1, 1, 0), Compare([hidden, Item(20, "Coat")], [Found(5, 0.9, "Coat")]));
    }

    [Fact]
    public void Little_overlap_is_a_miss_and_a_false_find() =>
        Assert.Equal(new TruthComparison(1, 0, 0, 1), Compare([Item(0, "Bag")], [Found(60, 0.9, "Bag")]));

    [Fact]
    public void What_was_not_classified_is_not_right() =>
        Assert.Equal(new TruthComparison(1, 1, 0, 0), Compare([Item(0, "Bag")], [Found(0, 0.9, null)]));

    [Fact]
    public void Frames_that_were_not_run_do_not_count()
    {
        var truth = new Dictionary<long, IReadOnlyList<TruthItem>> { [0] = [Item(0, "Bag")], [1] = [Item(0, "Bag")] };
        Assert.Equal(1, TruthComparison.Of(truth, new Dictionary<long, IReadOnlyList<Find>> { [0] = [] }).Items);
    }

    [Fact]
    public void Both_files_are_read()
    {
        using var folder = new TestFolder();
        var truth = TruthFiles.ReadTruth(folder.WriteText("truth.json", """{"frames":[{"frame":3,"items":[{"box":[1,2,30,40],"label":"Bag","id":7,"ignore":true}]}]}"""));
        Assert.Equal(new TruthItem(new BoundingBox(1, 2, 30, 40), "Bag", true), Assert.Single(truth[3]));
        var finds = TruthFiles.ReadResults(folder.WriteText("results.jsonl",
            """{"frame":3,"ms":0,"outcome":"classified","latencyMs":1,"objects":[{"box":[1,2,30,40.5],"class":"item","score":0.75,"labels":[{"label":"Bag","score":0.9}]}]}""" + "\n"));
        Assert.Equal(new Find(new BoundingBox(1, 2, 30, 40.5f), 0.75, "Bag"), Assert.Single(finds[3]));
        Assert.Throws<InvalidDataException>(() => TruthFiles.ReadTruth(folder.WriteText("no.json", "{}")));
    }

    private static TruthComparison Compare(TruthItem[] items, Find[] finds) => TruthComparison.Of(
        new Dictionary<long, IReadOnlyList<TruthItem>> { [0] = items }, new Dictionary<long, IReadOnlyList<Find>> { [0] = finds });

    private static TruthItem Item(float left, string label) => new(new BoundingBox(left, 0, left + 100, 100), label, false);

    private static Find Found(float left, double score, string? label) => new(new BoundingBox(left, 0, left + 100, 100), score, label);
}
