namespace ActorPipeline.Simulation;

/// <summary>How it went with a cluster.</summary>
public sealed record ClusterResult
{
    /// <summary>Frames that were captured, those dropped at capture included.</summary>
    public required long Captured { get; init; }

    /// <summary>Frames of which all crops were classified, or that had none.</summary>
    public required long Done { get; init; }

    /// <summary>Frames dropped at capture, because the window was full.</summary>
    public required long Dropped { get; init; }

    /// <summary>Frames whose crops nobody classified in time.</summary>
    public required long Failed { get; init; }

    /// <summary>Frames that were on a node when it died.</summary>
    public required long Died { get; init; }

    /// <summary>Frames that have no outcome: a fault of the program.</summary>
    public long Lost => Captured - Done - Dropped - Failed - Died;

    /// <summary>Crops that were classified.</summary>
    public required long Crops { get; init; }

    /// <summary>Crops among them that a neighbour classified.</summary>
    public required long HandedOff { get; init; }

    /// <summary>Batches that neighbours refused, failed or did not answer.</summary>
    public required long NotDone { get; init; }

    /// <summary>Loads of models.</summary>
    public required long Loads { get; init; }

    /// <summary>Half of the frames that were done took less.</summary>
    public required TimeSpan LatencyP50 { get; init; }

    /// <summary>99 of 100 took less.</summary>
    public required TimeSpan LatencyP99 { get; init; }

    /// <summary>Neighbours' batches at one node at most, at any moment.</summary>
    public required int MostBatches { get; init; }

    /// <summary>Bytes of neighbours' crops at one node at most, those only promised included.</summary>
    public required long MostBytes { get; init; }

    /// <summary>Bytes a second that a node sends of itself to the others of its site.</summary>
    public required double DirectoryBytes { get; init; }

    /// <summary>How long frames came.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Frames done in a second, by all nodes together.</summary>
    public double FramesPerSecond => Done / Length.TotalSeconds;

    /// <summary>Crops classified in a second, by all nodes together.</summary>
    public double CropsPerSecond => Crops / Length.TotalSeconds;

    /// <summary>Share of the crops that a neighbour classified. 0 to 1.</summary>
    public double ShareHandedOff => Crops == 0 ? 0 : (double)HandedOff / Crops;
}
