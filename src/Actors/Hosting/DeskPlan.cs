using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Vision;

namespace ActorPipeline.Hosting;

/// <summary>What a node holds ready for the crops of others; known, and charged, before any of it is allocated. Pure.</summary>
/// <param name="CropBytes">Bytes of the largest crop that may come; zero where none may.</param>
/// <param name="Total">All of it.</param>
public sealed record DeskPlan(int CropBytes, Bytes Total)
{
    /// <summary>Nothing, for a process that is no node, and for one without the role <c>inference</c>.</summary>
    /// <param name="settings">The node's.</param>
    /// <param name="models">What it serves.</param>
    public static DeskPlan For(ClusterSettings settings, IEnumerable<InspectedModel> models)
    {
        if (!settings.Enabled || !settings.Roles.HasFlag(NodeRoles.Inference)) return new DeskPlan(0, Bytes.Zero);
        var crop = models.Where(m => !m.Card.IsDetector).Select(m => m.Preferred.Inspection).Select(i => ImageView.PackedBytes(i.InputWidth, i.InputHeight)).DefaultIfEmpty().Max();
        return new DeskPlan(crop, new Bytes((long)crop * settings.Desk.MaxCrops * settings.Desk.Batches));
    }
}
