using FsCheck.Xunit;
using Google.Protobuf;

namespace ActorPipeline.Cluster.Wire;

public class NodeSummaryTextSpecs
{
    private static readonly NodeSummary Summary = ClusterKit.Summary("b", counter: 9, incarnation: -5, load: 0.25, leaving: true, ClusterKit.Held(), ClusterKit.Held(ClusterKit.OtherModel, ready: false, queueMs: 1.5, runMs: 0, loadMs: 1e6));

    [Fact]
    public void Should_be_the_same_when_it_was_text() => Assert.Equal(WireKit.Text(Summary), WireKit.Text(NodeSummaryText.Read(NodeSummaryText.Of(Summary))!));

    [Fact]
    public void Should_fit_when_a_node_tells_of_as_many_models_as_it_may()
    {
        var text = NodeSummaryText.Of(Summary with { Models = [.. Enumerable.Repeat(ClusterKit.Held(queueMs: 1e9, runMs: 1e9, loadMs: 1e9), NodeSummary.MostModels)] });

        Assert.InRange(text.Length, 1, WireLimits.Summary / 3 * 2);
        Assert.Equal(NodeSummary.MostModels, NodeSummaryText.Read(text)!.Models.Count);
        Assert.Throws<ArgumentException>(() => NodeSummaryText.Of(Summary with { Models = [.. Enumerable.Repeat(ClusterKit.Held(), NodeSummary.MostModels + 1)] }));
    }

    [Fact]
    public void Should_tell_what_can_be_told_when_a_figure_is_none() =>
        Assert.Equal((1.0, Bytes.Zero), NodeSummaryText.Read(NodeSummaryText.Of(Summary with { Load = double.NaN, Free = new Bytes(-5) })) is { } read ? (read.Load, read.Free) : default);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1.")]
    [InlineData("1.%%%")]
    [InlineData("2.CgMKAWE=")]
    [InlineData("1.AAAA")]
    public void Should_be_nothing_when_it_is_no_summary(string? text) => Assert.Null(NodeSummaryText.Read(text));

    [Fact]
    public void Should_be_nothing_when_a_field_is_wrong()
    {
        Assert.Null(Changed(f => f.Load = double.NaN));
        Assert.Null(Changed(f => f.Load = 1.5));
        Assert.Null(Changed(f => f.Address = "nonsense"));
        Assert.Null(Changed(f => f.Address = "/user/actor-pipeline"));
        Assert.Null(Changed(f => f.Node.Name = ""));
        Assert.Null(Changed(f => f.Free = ulong.MaxValue));
        Assert.Null(Changed(f => f.Models[0].Model.Labels = ByteString.Empty));
        Assert.Null(Changed(f => f.Models.Add(Enumerable.Repeat(f.Models[0], NodeSummary.MostModels))));
        Assert.Null(NodeSummaryText.Read(NodeSummaryText.Of(Summary) + new string('A', WireLimits.Summary)));
        Assert.NotNull(Changed(_ => { }));
    }

    [Property(MaxTest = 2000)]
    public void Should_never_throw_when_it_was_damaged(ushort where, char to, byte[] instead)
    {
        var text = NodeSummaryText.Of(Summary).ToCharArray();
        text[where % text.Length] = to;
        _ = NodeSummaryText.Read(new string(text));
        _ = NodeSummaryText.Read("1." + Convert.ToBase64String(instead ?? []));
    }

    private static NodeSummary? Changed(Action<SummaryForm> change)
    {
        var form = SummaryWire.Form(Summary);
        change(form);
        return NodeSummaryText.Read("1." + Convert.ToBase64String(form.ToByteArray()));
    }
}
