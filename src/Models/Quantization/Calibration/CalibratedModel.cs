using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>A float model, and what calibration saw of its activations.</summary>
internal sealed class CalibratedModel
{
    private readonly Dictionary<RangeMethod, IReadOnlyDictionary<string, ActivationRange>> _ranges;

    private CalibratedModel(ModelProto model, Dictionary<RangeMethod, IReadOnlyDictionary<string, ActivationRange>> ranges, IReadOnlyDictionary<string, ChannelStatistics> channels) =>
        (Model, _ranges, Channels) = (model, ranges, channels);

    /// <summary>The float model.</summary>
    public ModelProto Model { get; }

    /// <summary>What was seen of the channels of each activation that has some.</summary>
    public IReadOnlyDictionary<string, ChannelStatistics> Channels { get; }

    /// <summary>Chooses ranges by each method.</summary>
    public static CalibratedModel Of(ModelProto model, IReadOnlyDictionary<string, ActivationStatistics> seen, IEnumerable<RangeMethod> methods) =>
        new(model, methods.ToDictionary(m => m, m => RangesOf(seen, m)), ChannelsOf(seen));

    /// <summary>Ranges by a method.</summary>
    public IReadOnlyDictionary<string, ActivationRange> Ranges(RangeMethod method) => _ranges[method];

    /// <summary>Another form of the model, of which only some activations are other ones.</summary>
    /// <param name="model">The form.</param>
    /// <param name="seen">Those.</param>
    public CalibratedModel With(ModelProto model, IReadOnlyDictionary<string, ActivationStatistics> seen) => new(
        model, _ranges.ToDictionary(r => r.Key, r => Over(r.Value, RangesOf(seen, r.Key))), Over(Channels, ChannelsOf(seen)));

    private static IReadOnlyDictionary<string, T> Over<T>(IReadOnlyDictionary<string, T> all, IReadOnlyDictionary<string, T> some) =>
        all.ToDictionary(a => a.Key, a => some.GetValueOrDefault(a.Key, a.Value), StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, ActivationRange> RangesOf(IReadOnlyDictionary<string, ActivationStatistics> seen, RangeMethod method) =>
        seen.ToDictionary(s => s.Key, s => RangeFinder.Of(s.Value, method), StringComparer.Ordinal);

    private static IReadOnlyDictionary<string, ChannelStatistics> ChannelsOf(IReadOnlyDictionary<string, ActivationStatistics> seen) =>
        seen.Where(s => s.Value.Channels is not null).ToDictionary(s => s.Key, s => s.Value.Channels!, StringComparer.Ordinal);
}
