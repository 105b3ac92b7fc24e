using ActorPipeline.Inference;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Running;

/// <summary>What is known of one model in a run.</summary>
internal sealed class ModelRecord
{
    private const int MostLoads = 200_000;

    private bool _loadedForWork;

    public ModelState State { get; private set; }

    /// <summary>Loads for work; the probe at the start is not one.</summary>
    public int Loads { get; private set; }

    public int Unloads { get; private set; }

    public List<double> LoadMs { get; } = [];

    /// <summary>What its lease covered while it was resident.</summary>
    public Bytes Resident { get; set; }

    public string Provider { get; private set; } = "";

    public string Precision { get; private set; } = "";

    /// <summary>Where the engine of its last load came from.</summary>
    public string Engine { get; private set; } = "";

    public void Learn(LoadReport report)
    {
        Provider = report.Provider.ToString().ToLowerInvariant();
        Precision = report.Precision;
        Engine = report.Engine.ToString().ToLowerInvariant();
    }

    public void Apply(ModelStateChanged changed)
    {
        var before = State;
        State = changed.State;
        if (changed is { State: ModelState.Ready, Load: { } load, Probe: false })
        {
            Learn(load);
            Loads++;
            _loadedForWork = true;
            if (LoadMs.Count < MostLoads) LoadMs.Add(load.LoadTime.TotalMilliseconds);
        }
        else if (_loadedForWork && before == ModelState.Draining && State != ModelState.Draining)
        {
            // What leaves otherwise is stuck, and still in memory.
            Unloads++;
            _loadedForWork = false;
        }
    }
}
