namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Takes initializers out of the graph's inputs. As inputs they could be given anew with each run, so ONNX Runtime folds nothing of
/// them, keeps the plain layout and fuses nothing; nobody here gives them.
/// </summary>
internal sealed class StripInitializerInputs : IGraphRewrite
{
    public string Name => "initializers stripped from the inputs";

    public int Apply(ModelProto model)
    {
        var initializers = model.Graph.Initializer.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        var kept = model.Graph.Input.Where(i => !initializers.Contains(i.Name)).ToArray();
        var stripped = model.Graph.Input.Count - kept.Length;
        if (stripped == 0) return 0;
        model.Graph.Input.Clear();
        model.Graph.Input.AddRange(kept);
        // Before version 4 of the format every initializer had to be an input.
        model.IrVersion = Math.Max(model.IrVersion, 4);
        return stripped;
    }
}
