namespace ActorPipeline.Engines.Graph;

/// <summary>Makes one HardSigmoid of <c>clip(x + 3, 0, 6) / 6</c>.</summary>
internal sealed class FuseHardSigmoid : IGraphRewrite
{
    public string Name => "hard-sigmoid chains fused";

    public int Apply(ModelProto model)
    {
        var view = new GraphView(model.Graph);
        var edits = new NodeEdits();
        var count = 0;
        foreach (var clip in model.Graph.Node)
        {
            if (HardGate.Ending(clip, view) is not { } gate || HardGate.SixthOf(clip.Output[0], view) is not { } last) continue;
            edits.Remove(gate.Add);
            edits.Remove(clip);
            edits.Replace(last, Nodes.Make("HardSigmoid", last.Name, [gate.X], last.Output[0], Nodes.Attribute("alpha", 1f / 6), Nodes.Attribute("beta", 0.5f)));
            count++;
        }
        edits.ApplyTo(model.Graph);
        return count;
    }
}
