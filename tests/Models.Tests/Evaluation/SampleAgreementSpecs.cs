using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

public sealed class SampleAgreementSpecs : IDisposable
{
    private readonly PixelPool _pool = new(8, 64);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Should_be_no_number_when_there_was_no_sample() => Assert.True(double.IsNaN(Of(ModelKind.PicoDet).Share));

    [Fact]
    public void Should_be_the_f1_of_all_boxes_when_they_are_detectors()
    {
        var agreement = Of(ModelKind.PicoDet);

        agreement.Add(Detects([Box(0), Box(20)], [Box(1), Box(40)]));
        agreement.Add(Detects([Box(0)], [Box(0)]));

        // Two pairs among six.
        Assert.Equal(2, agreement.Samples);
        Assert.Equal(4.0 / 6, agreement.Share, 9);
    }

    [Fact]
    public void Should_count_no_sample_in_which_neither_detector_finds_anything()
    {
        var agreement = Of(ModelKind.PicoDet);

        agreement.Add(Detects([], []));
        Assert.Equal(0, agreement.Samples);
        agreement.Add(Detects([], [Box(0)]));

        Assert.Equal((1, 0.0), (agreement.Samples, agreement.Share));
    }

    [Fact]
    public void Should_be_the_share_of_crops_of_one_best_class_when_they_are_classifiers()
    {
        var agreement = Of(ModelKind.Classification);

        agreement.Add(Classifies([[1, 2], [3]], [[1, 5], [4]]));
        agreement.Add(Classifies([[6]], [[6]]));

        Assert.Equal(2, agreement.Samples);
        Assert.Equal(2.0 / 3, agreement.Share, 9);
    }

    [Theory]
    [InlineData(new[] { 1, 2 }, new[] { 1, 2 }, 1)]
    [InlineData(new[] { 1, 2 }, new[] { 1, 3 }, 0)]
    [InlineData(new[] { 1, 2 }, new[] { 1 }, 0)]
    [InlineData(new int[0], new int[0], 1)]
    public void Should_want_the_whole_text_when_they_read(int[] before, int[] after, double share)
    {
        var agreement = Of(ModelKind.Ctc);

        agreement.Add(Classifies([before], [after]));

        Assert.Equal(share, agreement.Share);
    }

    private static SampleAgreement Of(ModelKind kind) => new(new ModelCard { Id = new ModelId("m"), Path = "", Kind = kind });

    private static Detection Box(int left) => new(new BoundingBox(left, 0, left + 10, 10), 0, 0.9f);

    private WorkSample Detects(Detection[] before, Detection[] after)
    {
        var work = new DetectWork(_pool.TryRent()!, 4, 4);
        work.Answer(before);
        var sample = work.TrySample(_pool.TryRent()!)!;
        ((DetectWork)sample.Work).Answer(after);
        return sample;
    }

    private WorkSample Classifies(int[][] before, int[][] after)
    {
        var work = new ClassifyWork(_pool.TryRent()!, before.Length, 2, 2, labels: 4);
        for (var i = 0; i < before.Length; i++) work.Answer(i, Labels(before[i]));
        var sample = work.TrySample(_pool.TryRent()!)!;
        for (var i = 0; i < after.Length; i++) ((ClassifyWork)sample.Work).Answer(i, Labels(after[i]));
        return sample;

        static Classification[] Labels(int[] classes) => [.. classes.Select(c => new Classification(c, 0.5f))];
    }
}
