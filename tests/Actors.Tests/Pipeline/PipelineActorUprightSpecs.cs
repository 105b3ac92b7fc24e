using System.Runtime.InteropServices;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A pipeline that reads text, and has another model say which way up it is before.</summary>
public sealed class PipelineActorUprightSpecs : PipelineKit
{
    private static readonly ModelId Orientation = new("orientation"), Reader = new("reader");

    protected override IReadOnlyList<LabelList> Labels(PipelineSettings settings) => [LabelList.None, new(["", "a", "b", "c"])];

    protected override IReadOnlyList<PipelineClassifier> Classifiers(PipelineSettings settings) =>
    [
        new(Orientation, 4, 4, [0]),
        new(Reader, 4, 4, [1]) { IsText = true, Labels = 8, Use = new ClassifierUse { Upright = Orientation } },
    ];

    [Theory]
    [InlineData(1, 0.95f, true)]
    [InlineData(1, 0.85f, false)]
    [InlineData(0, 0.99f, false)]
    public void Should_turn_a_crop_when_its_orientation_is_surely_upside_down(int way, float score, bool turned)
    {
        Start(Two(), Numbers(2));
        // The second frame: the first one's pixels are all alike.
        Detected(Nothing);
        Detected(One);
        var first = Posted();
        Assert.Equal(Orientation, first.Work.Model);
        var before = PixelsOf(first.Work);
        Assert.NotEqual(before, Turned(before));

        Say(first, [new(way, score)]);

        var second = Posted();
        Assert.Equal(Reader, second.Work.Model);
        Assert.Equal(turned ? Turned(before) : before, PixelsOf(second.Work));
        Say(second, [new(3, 0.75f), new(1, 0.75f), new(2, 0.75f)]);
        var ended = Ended();
        Assert.Equal((1, 0), (ended.Totals.Classified, ended.BuffersOutstanding));
        Assert.Equal([($"{way}", score), ("cab", 0.75f)], Assert.Single(SinkAt("out").Reports.Last().Objects).Labels.Select(l => (l.Name, l.Score)));
    }

    [Fact]
    public void Should_say_nothing_of_the_text_when_there_is_none()
    {
        Start(Two(), Numbers(1));
        Detected(One);
        Say(Posted(), [new(0, 1)]);
        Say(Posted(), []);
        Ended();
        Assert.Equal("orientation", Assert.Single(Assert.Single(Assert.Single(SinkAt("out").Reports).Objects).Labels).By);
    }

    [Fact]
    public void Should_fail_the_frame_and_not_wait_when_the_orientation_fails()
    {
        Start(Two(), Numbers(1));
        Detected(One);
        var (work, from) = Posted();
        work.Work.Release();
        from.Tell(new WorkFailed(work.Id, "run-failed", "cuda error"));
        var ended = Ended();
        Assert.Equal((1, 0), (ended.Totals.Failed["run-failed"], ended.BuffersOutstanding));
    }

    private static PipelineSettings Two() => Settings(1, Sink("out")) with { Classify = [Orientation, Reader] };

    private void Detected(Detection[] found)
    {
        var (work, from) = Posted();
        Answer(work, from, _ => found);
    }

    private static void Say((Submit Work, IActorRef From) posted, Classification[] labels)
    {
        ((ClassifyWork)posted.Work.Work).Answer(0, labels);
        posted.Work.Work.Release();
        posted.From.Tell(new Completed(posted.Work.Id));
    }

    private static (byte, byte, byte)[] PixelsOf(Submit work)
    {
        var view = ((ClassifyWork)work.Work).View(0);
        var bytes = new byte[ImageView.PackedBytes(view.Width, view.Height)];
        Marshal.Copy(view.Address, bytes, 0, bytes.Length);
        return [.. bytes.Chunk(3).Select(p => (p[0], p[1], p[2]))];
    }

    private static (byte, byte, byte)[] Turned((byte, byte, byte)[] pixels) => [.. pixels.Reverse()];
}
