using Akka.Actor;
using Google.Protobuf;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster.Wire;

/// <summary>Well-formed protocol buffers that say what cannot be.</summary>
public sealed class WireDamageSpecs : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("wire");

    public static TheoryData<string, string> Heads => new()
    {
        { nameof(HeadForm.Width), "width is" }, { nameof(HeadForm.Height), "height is" }, { nameof(HeadForm.Parts), "parts is" }, { nameof(HeadForm.Labels), "labels is" },
    };

    public void Dispose() => _system.Dispose();

    [Theory]
    [MemberData(nameof(Heads))]
    public void Should_not_understand_a_part_when_a_number_of_its_head_is_out_of_range(string field, string why)
    {
        foreach (var value in new uint[] { 0, 1_000_000, uint.MaxValue })
        {
            var form = Part();
            typeof(HeadForm).GetProperty(field)!.SetValue(form.Head, value);
            Assert.Contains(why, Why("batch-part", form));
        }
    }

    [Fact]
    public void Should_not_understand_a_part_when_its_head_does_not_add_up()
    {
        Assert.Contains("no head", Why("batch-part", Part(p => p.Head = null)));
        Assert.Contains("0 crops", Why("batch-part", Part(p => p.Head.Crops.Clear())));
        Assert.Contains("257 crops", Why("batch-part", Part(p => p.Head.Crops.Add(Enumerable.Repeat(1u, 254)))));
        Assert.Contains("a crop's bytes", Why("batch-part", Part(p => p.Head.Crops[0] = 0)));
        Assert.Contains("a crop's bytes", Why("batch-part", Part(p => p.Head.Crops[0] = 1_000_000)));
        Assert.Contains("a crop's bytes", Why("batch-part", Part(p => p.Head.Encoding = EncodingForm.Raw)));
        Assert.Contains("not known here (9)", Why("batch-part", Part(p => p.Head.Encoding = (EncodingForm)9)));
        Assert.Contains("not known here (0)", Why("batch-part", Part(p => p.Head.Encoding = EncodingForm.Unknown)));
        Assert.Contains("do not come in", Why("batch-part", Part(p => (p.Head.Crops[0], p.Head.Crops[1], p.Head.Crops[2]) = (1, 1, 1), parts: 4)));
        Assert.Contains("labels of 23 crops", Why("batch-part", Part(p => { p.Head.Labels = WireLimits.LabelsEach; p.Head.Crops.Add(Enumerable.Repeat(100u, 20)); })));
        Assert.Contains("longer than a day", Why("batch-part", Part(p => p.Head.LeftTicks = ulong.MaxValue)));
        Assert.Contains("hash", Why("batch-part", Part(p => p.Head.Model = null)));
        Assert.Contains("hash", Why("batch-part", Part(p => p.Head.Model.Content = ByteString.CopyFrom(new byte[31]))));
    }

    [Fact]
    public void Should_not_understand_a_part_when_its_own_numbers_cannot_be()
    {
        Assert.Contains("part is 3", Why("batch-part", Part(p => p.Part = 3)));
        Assert.Contains("0 bytes", Why("batch-part", Part(p => p.Data = ByteString.Empty)));
        Assert.Contains("bytes", Why("batch-part", Part(p => p.Data = ByteString.CopyFrom(new byte[WireLimits.PartBytes + 1]))));
        Assert.Contains("sent is out of range", Why("batch-part", Part(p => p.Sent = ulong.MaxValue)));
    }

    [Fact]
    public void Should_not_understand_an_answer_when_its_labels_cannot_be()
    {
        Assert.Contains("do not add up", Why("batch-done", Done(d => d.LabelsEach[0] = 3)));
        Assert.Contains("do not add up", Why("batch-done", Done(d => d.Scores.RemoveAt(0))));
        Assert.Contains("do not add up", Why("batch-done", Done(d => d.Heads.RemoveAt(0))));
        Assert.Contains("do not add up", Why("batch-done", Done(d => { d.LabelsEach.Add(uint.MaxValue); d.LabelsEach.Add(uint.MaxValue); })));
        Assert.Contains("no number", Why("batch-done", Done(d => d.Scores[1] = float.NaN)));
        Assert.Contains("no number", Why("batch-done", Done(d => d.Scores[1] = float.PositiveInfinity)));
        Assert.Contains("class", Why("batch-done", Done(d => d.Classes[0] = uint.MaxValue)));
        Assert.Contains("head", Why("batch-done", Done(d => d.Heads[0] = 100_000)));
        Assert.Contains("labels of", Why("batch-done", Done(d => d.LabelsEach.Add(Enumerable.Repeat(0u, 300)))));
        Assert.Contains("name", Why("batch-done", Done(d => d.By.Name = "../x")));
        Assert.Contains("name", Why("batch-done", Done(d => d.By = null)));
        Assert.Contains("variant", Why("batch-done", Done(d => d.Variant = new string('v', 1000))));
    }

    [Fact]
    public void Should_not_understand_when_a_word_or_a_number_is_too_long()
    {
        Assert.Contains("reason has 129", Why("desk-closed", new DeskClosedForm { Reason = new string('x', 129) }));
        Assert.Contains("detail has", Why("batch-failed", new BatchFailedForm { Reason = "x", Detail = new string('x', 5000) }));
        Assert.Contains("minor is", Why("open-desk", new OpenDeskForm { From = new NodeForm { Name = "a" }, Minor = uint.MaxValue }));
        Assert.Contains("credit is out of range", Why("credit-granted", new CreditGrantedForm { UpTo = 1UL << 63 }));
    }

    private static BatchPartForm Part(Action<BatchPartForm>? change = null, uint parts = 3)
    {
        var form = BatchWire.Form(WireKit.Part);
        form.Head.Parts = parts;
        change?.Invoke(form);
        return form;
    }

    private static BatchDoneForm Done(Action<BatchDoneForm> change)
    {
        var form = BatchWire.Form(WireKit.Done);
        change(form);
        return form;
    }

    private string Why(string name, IMessage form) => Assert.IsType<NotUnderstood>(WireKit.Serializer(_system).FromBinary(form.ToByteArray(), "1." + name)).Why;
}
