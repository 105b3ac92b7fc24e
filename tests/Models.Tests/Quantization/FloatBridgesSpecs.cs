namespace ActorPipeline.Quantization;

/// <summary>What stands between float layers.</summary>
public class FloatBridgesSpecs
{
    [Theory]
    [InlineData("F.F..F...", 1, "1")]
    [InlineData("F.F..F...", 2, "1 3 4")]
    [InlineData("..F......", 6, "")]
    [InlineData("FF", 3, "")]
    public void Should_find_short_runs_between_float_layers_when_asked(string layers, int length, string expected)
    {
        LayerGroup[] groups = [.. layers.Select((_, i) => new LayerGroup($"{i}", []))];
        Assert.Equal(expected, string.Join(" ", FloatBridges.Of(groups, [.. groups.Where((_, i) => layers[i] == 'F')], length).Select(g => g.Name)));
    }
}
