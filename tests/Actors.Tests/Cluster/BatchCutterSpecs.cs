using ActorPipeline.Cluster.Wire;
using FsCheck.Xunit;

namespace ActorPipeline.Cluster;

public sealed class BatchCutterSpecs
{
    [Property(MaxTest = 500)]
    public void Should_be_the_same_bytes_when_they_are_cut_and_joined(ushort size, byte most, int seed)
    {
        var crops = new byte[(size % 5000) + 1];
        new Random(seed).NextBytes(crops);

        var cut = BatchCutter.Cut(crops, (most % 64) + 1);

        Assert.All(cut, part => Assert.InRange(part.Length, 1, (most % 64) + 1));
        var joined = new byte[crops.Length];
        Assert.True(BatchCutter.Join(cut, joined));
        Assert.Equal(crops, joined);
    }

    [Fact]
    public void Should_not_join_what_has_other_bytes_than_there_is_room_for()
    {
        Assert.False(BatchCutter.Join([new byte[4]], new byte[3]));
        Assert.False(BatchCutter.Join([new byte[4]], new byte[5]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(WireLimits.PartBytes, 1)]
    [InlineData(WireLimits.PartBytes + 1, 2)]
    [InlineData(8 * 224 * 224 * 3, 13)]
    public void Should_come_in_few_parts_when_each_may_be_large(int bytes, int parts) => Assert.Equal(parts, BatchCutter.Parts(bytes));

    [Fact]
    public void Should_not_overflow_when_a_batch_is_said_to_be_huge() => Assert.Equal(1L << 40, BatchCutter.Part(1L << 40, 1024, 1023) is var (offset, length) ? offset + length : 0);
}
