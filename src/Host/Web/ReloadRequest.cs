using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting.Web;

/// <summary>What a configuration that was read anew asks for.</summary>
/// <param name="Controls">What can be done at once.</param>
/// <param name="NeedRestart">Keys that changed and count from the next start on.</param>
/// <param name="Errors">What is wrong with it; then nothing is done.</param>
internal sealed record ReloadRequest(IReadOnlyList<IControl> Controls, IReadOnlyList<string> NeedRestart, IReadOnlyList<string> Errors)
{
    /// <summary>What changed between what runs and what was read.</summary>
    public static ReloadRequest Of(ActorPipelineSettings running, ActorPipelineSettings read)
    {
        var plan = ReloadPlan.Of(running, read);
        return new ReloadRequest(plan.Controls, plan.NeedRestart, []);
    }
}
