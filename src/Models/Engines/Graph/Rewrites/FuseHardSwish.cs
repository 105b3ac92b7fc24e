namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Makes one HardSwish of <c>x * clip(x + 3, 0, 6) / 6</c> and of <c>x * hardsigmoid(x)</c>. ONNX Runtime then computes it inside the
/// convolution before it. The operator came with version 14: a model of an older one is left as it is.
/// </summary>
internal sealed class FuseHardSwish : IGraphRewrite
{
    /// <summary>The version of ONNX's operators that has it.</summary>
    public const long Since = 14;

    public string Name => "hard-swish chains fused";

    /// <summary>How many there are, whatever the model's version.</summary>
    public static int CountIn(GraphProto graph) => Find(new GraphView(graph)).Count();

    public int Apply(ModelProto model)
    {
        if (OpsetRaise.VersionOf(model) < Since) return 0;
        var edits = new NodeEdits();
        var count = 0;
        foreach (var (x, inner, last) in Find(new GraphView(model.Graph)))
        {
            foreach (var node in inner) edits.Remove(node);
            edits.Replace(last, Nodes.Make("HardSwish", last.Name, [x], last.Output[0]));
            count++;
        }
        edits.ApplyTo(model.Graph);
        return count;
    }

    private static IEnumerable<(string X, NodeProto[] Inner, NodeProto Last)> Find(GraphView view)
    {
        foreach (var node in view.Graph.Node)
        {
            if (HardGate.Ending(node, view) is { } gate)
            {
                if (HardGate.Times(node.Output[0], gate.X, view) is { } product && HardGate.SixthOf(product.Output[0], view) is { } last)
                    yield return (gate.X, [gate.Add, node, product], last);
                else if (HardGate.SixthOf(node.Output[0], view) is { } sixth && HardGate.Times(sixth.Output[0], gate.X, view) is { } final)
                    yield return (gate.X, [gate.Add, node, sixth], final);
            }
            else if (node.Is("HardSigmoid") && HardGate.IsSixth(node.Float("alpha", 0.2f)) && node.Float("beta", 0.5f) == 0.5f
                && HardGate.Times(node.Output[0], node.Input[0], view) is { } last)
            {
                yield return (node.Input[0], [node], last);
            }
        }
    }
}
