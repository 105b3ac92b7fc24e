using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <content>Weights that models map from files, and which of them share some.</content>
public sealed partial class ActorPipelineRoot
{
    /// <summary>Says what is known by now: an engine that was built meanwhile tells what its file did not.</summary>
    private void PlanWeights()
    {
        var members = new List<SharingPlan.Member>();
        foreach (var model in _models.Values)
            foreach (var variant in model.Variants.Where(v => v.Inspection.Footprint.Source != FootprintSource.Declared))
            {
                var inspection = Latest(model.Id, variant);
                members.Add(new SharingPlan.Member(model.Id, variant.Name, inspection.MappedBytes, inspection.Weights));
            }
        var news = new HashSet<ModelId>();
        foreach (var (member, weights) in SharingPlan.Of(members))
            if (_footprints.Map(member.Model, member.Variant, weights)) news.Add(member.Model);
        foreach (var id in news) _tree!.Tell(id, new UseVariants([.. _footprints[id]]));
    }

    private ModelInspection Latest(ModelId id, InspectedVariant variant) =>
        (_built.Contains((id, variant.Name)) || (_reports.TryGetValue((id, variant.Name), out var report) && report.Engine == EngineUse.Built))
        && InspectionOutcome.Of(_parts.Runtime, variant.Card) is InspectionOutcome.Found(var inspection) ? inspection : variant.Inspection;
}
