using ActorPipeline.Catalog;
using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

public sealed class ServedCatalogSpecs
{
    [Fact]
    public void Should_find_classifiers_by_both_names()
    {
        var (one, other) = (Served("one", Model), Served("other", OtherModel));
        var catalog = new ServedCatalog([one, other]);

        Assert.Same(one, catalog.Find(new ModelId("one")));
        Assert.Same(other, catalog.Find(OtherModel));
        Assert.Null(catalog.Find(new ModelId("third")));
        Assert.Null(ServedCatalog.Empty.Find(Model));
        Assert.Equal([one, other], catalog.All);
    }

    [Fact]
    public void Should_offer_one_when_two_are_the_same_to_neighbours()
    {
        var (one, again) = (Served("one", Model), Served("again", Model));
        var catalog = new ServedCatalog([one, again]);

        Assert.Equal([one], catalog.All);
        Assert.Same(one, catalog.Find(Model));
        // Crops of either may be handed over.
        Assert.Same(again, catalog.Find(new ModelId("again")));
    }

    private static ServedClassifier Served(string id, SharedModel shared) => new(new ModelId(id), shared, 32, 32, 1);
}
