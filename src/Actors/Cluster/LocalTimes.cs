namespace ActorPipeline.Cluster;

/// <summary>What models take on this node, as it was seen of late. Pure.</summary>
internal sealed class LocalTimes
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestLoad = TimeSpan.FromMinutes(2);

    private readonly Dictionary<SharedModel, (SmoothedTime Run, SmoothedTime Load)> _models = [];
    private readonly Dictionary<SharedModel, TimeSpan> _guesses = [];

    /// <summary>Lane time of one crop; null where nobody knows yet.</summary>
    public TimeSpan? RunPerCrop(SharedModel model) => _models.TryGetValue(model, out var times) ? times.Run.Value : null;

    /// <summary>From the wish for a model that is not in memory until it is, the wait for its lease included; null where nobody knows yet.</summary>
    public TimeSpan? Load(SharedModel model) =>
        _models.TryGetValue(model, out var times) && times.Load.Value is { } known ? known : _guesses.TryGetValue(model, out var guess) ? guess : null;

    /// <summary>What loading took where it had to wait for nothing: the best guess until it is seen what it takes.</summary>
    public void Guess(SharedModel model, TimeSpan took)
    {
        if (took > TimeSpan.Zero) _guesses[model] = took < LongestLoad ? took : LongestLoad;
    }

    /// <summary>Crops were run.</summary>
    /// <param name="model">Which model.</param>
    /// <param name="crops">How many; at least 1.</param>
    /// <param name="took">Lane time of all of them.</param>
    public void Ran(SharedModel model, int crops, TimeSpan took) => Of(model).Run.Learn(took / crops);

    /// <summary>A model that was wanted is in memory now.</summary>
    public void Loaded(SharedModel model, TimeSpan took) => Of(model).Load.Learn(took);

    private (SmoothedTime Run, SmoothedTime Load) Of(SharedModel model)
    {
        if (!_models.TryGetValue(model, out var times)) _models.Add(model, times = (new SmoothedTime(LongestRun), new SmoothedTime(LongestLoad)));
        return times;
    }
}
