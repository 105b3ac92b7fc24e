using ActorPipeline.Sinks.Files;

namespace ActorPipeline.Sinks;

public sealed class SnapshotChoiceSpecs
{
    private readonly SnapshotChoice _choice = new(new SnapshotSettings { Folder = "", MinScore = 0.5f, Every = TimeSpan.FromSeconds(10) });

    [Fact]
    public void Should_take_a_followed_object_once_when_its_labels_are_first_good_enough()
    {
        Assert.False(Take(0, Found(track: 1)));
        Assert.False(Take(1, Found(track: 1, score: 0.4f)));
        Assert.False(Take(2, Found(track: 1, score: 0.6f) with { Predicted = true }));
        Assert.True(Take(3, Found(track: 1, score: 0.6f) with { Reused = true }));
        Assert.False(Take(100, Found(track: 1, score: 0.9f)));
        Assert.True(Take(100, Found(track: 2, score: 0.9f)));
    }

    [Fact]
    public void Should_take_the_same_class_and_label_no_more_than_once_in_its_time_when_objects_are_not_followed()
    {
        Assert.True(Take(0, Found(score: 0.5f)));
        Assert.False(Take(0, Found(score: 0.9f)));
        Assert.True(Take(0, Found(score: 0.9f, label: "hat")));
        Assert.True(Take(0, Found(score: 0.9f) with { Class = "car" }));
        Assert.False(Take(9.9, Found(score: 0.9f)));
        Assert.True(Take(10, Found(score: 0.9f)));
        Assert.False(Take(19, Found(score: 0.9f)));
    }

    [Fact]
    public void Should_forget_the_oldest_when_there_are_more_than_it_remembers()
    {
        for (var track = 0; track < SnapshotChoice.Most; track++) Assert.True(Take(0, Found(track, 1)));
        Assert.False(Take(0, Found(track: 0, score: 1)));
        Assert.True(Take(0, Found(SnapshotChoice.Most, 1)));
        Assert.True(Take(0, Found(track: 0, score: 1)));
        Assert.False(Take(0, Found(SnapshotChoice.Most, 1)));
    }

    private bool Take(double second, ObjectReport found) => _choice.Take(found, TimeSpan.FromSeconds(second));

    private static ObjectReport Found(long? track = null, float? score = null, string label = "cloak") =>
        new(new(0, 0, 9, 9), "person", 0.9f, score is { } known ? [new LabelReport(label, known)] : []) { Track = track };
}
