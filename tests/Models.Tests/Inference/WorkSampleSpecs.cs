using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

public sealed class WorkSampleSpecs : IDisposable
{
    private readonly PixelPool _pool = new(1, 64), _copies = new(1, 40);

    public void Dispose()
    {
        _pool.Dispose();
        _copies.Dispose();
    }

    [Fact]
    public void Should_have_the_frame_and_what_was_found_when_it_is_of_a_detector()
    {
        var (frame, copy) = (_pool.TryRent()!, _copies.TryRent()!);
        Fill(frame, from: 1);
        var work = new DetectWork(frame, 4, 3);
        work.Answer([new Detection(new BoundingBox(0, 0, 2, 2), 3, 0.5f)]);

        var sample = work.TrySample(copy)!;
        work.Release();
        frame.Span.Clear();

        Assert.Equal(3, Assert.Single(sample.Found).ClassIndex);
        Assert.Equal(Enumerable.Range(1, 36).Select(i => (byte)i), copy.Span[..36].ToArray());
        Assert.True(((DetectWork)sample.Work).Found.IsEmpty);
        AssertHeldByItsWork(copy, sample);
    }

    [Fact]
    public void Should_have_as_many_crops_as_there_is_room_for_when_it_is_of_a_classifier()
    {
        var (crops, copy) = (_pool.TryRent()!, _copies.TryRent()!);
        Fill(crops, from: 0);
        // Three crops of 2 x 3 behind four bytes of others: there is room for two.
        var work = new ClassifyWork(crops, 3, 2, 3, offset: 4, labels: 2);
        work.Answer(0, [new Classification(7, 0.5f), new Classification(8, 0.2f)]);
        work.Answer(1, [new Classification(9, 0.5f)]);

        var sample = work.TrySample(copy)!;

        var again = (ClassifyWork)sample.Work;
        Assert.Equal((2, 2, 3, 2), (again.Parts, again.Width, again.Height, again.Labels));
        Assert.Equal([7, 8, 9], sample.Labels.SelectMany(l => l).Select(l => l.ClassIndex));
        Assert.Equal(Enumerable.Range(4, 36).Select(i => (byte)i), copy.Span[..36].ToArray());
        AssertHeldByItsWork(copy, sample);
    }

    [Fact]
    public void Should_be_none_when_there_is_no_room_for_a_frame_or_for_one_crop()
    {
        var (pixels, copy) = (_pool.TryRent()!, _copies.TryRent()!);

        Assert.Null(new DetectWork(pixels, 4, 4).TrySample(copy));
        Assert.Null(new ClassifyWork(pixels, 1, 4, 4).TrySample(copy));
        Assert.Equal(1, copy.Holds);
    }

    private static void Fill(PixelBuffer buffer, int from)
    {
        for (var i = 0; i < buffer.Capacity; i++) buffer.Span[i] = (byte)(from + i);
    }

    private void AssertHeldByItsWork(PixelBuffer copy, WorkSample sample)
    {
        Assert.Equal(2, copy.Holds);
        sample.Work.Release();
        copy.Release();
        Assert.Equal(0, _copies.Outstanding);
    }
}
