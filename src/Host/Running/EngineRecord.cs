using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Running;

/// <summary>What is known of engines in a run: where those of its loads came from, its probes counted too.</summary>
internal sealed class EngineRecord
{
    /// <summary>Loads that found their engine.</summary>
    public int Hits { get; private set; }

    /// <summary>Engines built, by a load itself or before it in a worker process.</summary>
    public int Built { get; private set; }

    /// <summary>Loads without one: the model was loaded as its file has it.</summary>
    public int None { get; private set; }

    /// <summary>The model whose engine is being built; null for none.</summary>
    public ModelId? Building { get; private set; }

    public void Apply(EngineBuilding building) => Building = building.Model;

    public void Apply(EngineBuilt built)
    {
        Building = null;
        // What was there already, or cannot be had, counts with the load that shows it.
        if (built.Engine?.Use == EngineUse.Built) Built++;
    }

    public void Apply(ModelStateChanged changed)
    {
        if (changed is not { State: ModelState.Ready, Load.Engine: var use }) return;
        switch (use)
        {
            case EngineUse.Hit: Hits++; break;
            case EngineUse.Built: Built++; break;
            default: None++; break;
        }
    }

    /// <summary>For programs.</summary>
    public JsonObject ToJson() => new() { ["hits"] = Hits, ["built"] = Built, ["none"] = None };
}
