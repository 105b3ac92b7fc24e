namespace ActorPipeline.Simulation;

/// <summary>What a generated workload looks like over time.</summary>
public enum TraceFamily
{
    /// <summary>Every model is asked for at a rate of its own, at intervals that vary by a fifth; rates follow Zipf's law.</summary>
    Steady,

    /// <summary>Models are asked for in bursts of some dozen requests, and hardly between them.</summary>
    Bursty,

    /// <summary>Rates rise and fall over the day, at another hour for each model.</summary>
    Diurnal,

    /// <summary>What fools simple policies: scans over a little more than fits, alternations, large models that are seldom wanted among small ones.</summary>
    Adversarial,

    /// <summary>Cameras: each frame asks for the camera's detector and then mostly for one of its classifiers.</summary>
    Pipeline,
}
