using ActorPipeline.Catalog;
using Akka.Event;

namespace ActorPipeline.Hosting;

/// <content>In which batches classifiers run.</content>
public sealed partial class ActorPipelineRoot
{
    private void PlanBatches() => _models = BatchPlan.Of(_surveyed, Rooms, _lanes, Placed);

    /// <summary>With what is charged by now, there may be less room than was thought: then batches go first.</summary>
    private void PlanBatchesAnew()
    {
        var before = _models;
        PlanBatches();
        foreach (var (id, model) in _models)
        {
            var footprint = model.Preferred.Inspection.Footprint;
            if (footprint.Batch != before[id].Preferred.Inspection.Footprint.Batch) Use(id, model.Preferred.Name, Placed(footprint));
            if (footprint.Batch > 1) _log.Info("{Model} runs up to {Batch} crops at once", id, footprint.Batch);
        }
    }
}
