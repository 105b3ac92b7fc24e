using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Web;

/// <summary>Whether the process lives, and whether it does its work. Pure.</summary>
/// <param name="Dead">Why it has to be started anew; empty where it has not.</param>
/// <param name="NotReady">Why it does not do its work now; empty where it does.</param>
internal sealed record HealthView(IReadOnlyList<string> Dead, IReadOnlyList<string> NotReady)
{
    /// <summary>The actors read memory each sample interval: who did not for so long stands still.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>Whether it is to be left alone.</summary>
    public bool IsLive => Dead.Count == 0;

    /// <summary>Whether it works.</summary>
    public bool IsReady => IsLive && NotReady.Count == 0;

    /// <summary>Looks at the state; its gate is the caller's.</summary>
    public static HealthView Of(LiveState state, TimeSpan now)
    {
        var (dead, notReady) = (new List<string>(), new List<string>());
        if (state.Recycle is { } recycle) dead.Add(recycle);
        if (state.Sampled is { } sampled && now - sampled > Silence && !state.Ended) dead.Add($"memory was not read for {(now - sampled).TotalSeconds:0} s");
        if (state.Ended) notReady.Add("the run is over");
        else if (state.Started is null) notReady.Add("models are being looked at");
        foreach (var (id, pipeline) in state.Pipelines)
        {
            if (pipeline.Outage is { } outage) notReady.Add($"pipeline '{id}': {outage}");
            else if (pipeline.Paused) notReady.Add($"pipeline '{id}' is paused");
        }
        foreach (var (name, model) in state.Models)
            if (model.State == ModelState.Failed) notReady.Add($"model '{name}': {state.Reasons.GetValueOrDefault(name)}");
        return new HealthView(dead, notReady);
    }
}
