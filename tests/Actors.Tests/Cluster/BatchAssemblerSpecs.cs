using ActorPipeline.Cluster.Wire;
using FsCheck.Xunit;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster;

public class BatchAssemblerSpecs
{
    [Property(MaxTest = 500)]
    public void Should_be_the_same_bytes_when_parts_come_in_any_order_and_doubled(ushort size, byte most, int seed)
    {
        var random = new Random(seed);
        var crops = new byte[(size % 5000) + 1];
        random.NextBytes(crops);
        var cut = BatchCutter.Cut(crops, (most % 64) + 1);
        var head = Head(crops.Length, cut.Count);
        var parts = Enumerable.Range(0, cut.Count).Select(i => Part(head, i, cut[i])).ToArray();
        Assert.All(cut, part => Assert.InRange(part.Length, 1, (most % 64) + 1));

        var into = new byte[crops.Length];
        var assembler = new BatchAssembler(head, into);
        var order = parts.Concat(parts.Take(cut.Count / 2)).ToArray();
        random.Shuffle(order);
        var steps = order.Select(assembler.Add).ToArray();

        Assert.Equal(crops, into);
        Assert.True(assembler.IsWhole);
        Assert.Single(steps, PartStep.Whole);
        Assert.Equal(cut.Count / 2, steps.Count(s => s == PartStep.Ignored));
        var joined = new byte[crops.Length];
        Assert.True(BatchAssembler.Join(cut, joined));
        Assert.Equal(crops, joined);
    }

    [Fact]
    public void Should_be_damaged_and_change_nothing_when_a_part_is_not_what_its_batch_says()
    {
        var head = Head(10, 3);
        var into = new byte[10];
        var assembler = new BatchAssembler(head, into);

        Assert.Equal(PartStep.Damaged, assembler.Add(Part(head, 0, new byte[] { 9, 9, 9, 9 })));
        Assert.Equal(PartStep.Damaged, assembler.Add(Part(head, 3, new byte[] { 9, 9, 9 })));
        Assert.Equal(PartStep.Damaged, assembler.Add(Part(head, -1, new byte[] { 9, 9, 9 })));
        Assert.Equal(PartStep.Damaged, assembler.Add(Part(head with { Labels = 2 }, 0, new byte[] { 9, 9, 9 })));
        Assert.Equal(PartStep.Damaged, assembler.Add(Part(Head(10, 4), 0, new byte[] { 9, 9 })));
        Assert.Equal(new byte[10], into);
        Assert.Equal(PartStep.Kept, assembler.Add(Part(head with { Left = TimeSpan.Zero }, 2, new byte[] { 1, 2, 3, 4 })));
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 2, 3, 4], into);
    }

    [Fact]
    public void Should_refuse_when_the_room_is_not_the_batchs()
    {
        Assert.Throws<ArgumentException>(() => new BatchAssembler(Head(10, 3), new byte[9]));
        Assert.Throws<ArgumentException>(() => new BatchAssembler(Head(10, 11), new byte[10]));
        Assert.False(BatchAssembler.Join([new byte[4]], new byte[3]));
        Assert.False(BatchAssembler.Join([new byte[4]], new byte[5]));
    }

    [Fact]
    public void Should_tell_where_each_crop_lies_when_all_are_one_behind_the_other() =>
        Assert.Equal([(0, 4), (4, 1), (5, 7)], BatchAssembler.Crops(Head(12, 1) with { Crops = [4, 1, 7] }));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(WireLimits.PartBytes, 1)]
    [InlineData(WireLimits.PartBytes + 1, 2)]
    [InlineData(8 * 224 * 224 * 3, 13)]
    public void Should_come_in_few_parts_when_each_may_be_large(int bytes, int parts) => Assert.Equal(parts, BatchCutter.Parts(bytes));

    [Fact]
    public void Should_not_overflow_when_a_batch_is_said_to_be_huge() => Assert.Equal(1L << 40, BatchCutter.Part(1L << 40, 1024, 1023) is var (offset, length) ? offset + length : 0);

    private static BatchHead Head(int bytes, int parts) => new(ClusterKit.Model, 4, 4, CropEncoding.Jpeg, [bytes], parts, 1, null);

    private static BatchPart Part(BatchHead head, int part, ReadOnlyMemory<byte> data) => new(1, 1, 0, head, part, data);
}
