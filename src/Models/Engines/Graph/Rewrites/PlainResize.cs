using Google.Protobuf;

namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Says "each pixel so many times" in the plain way where a picture is enlarged a whole number of times to the nearest pixel. Measured
/// from the pixels' centres and rounded it is the same, but ONNX Runtime knows only the plain way in the layout that convolutions want.
/// </summary>
internal sealed class PlainResize : IGraphRewrite
{
    public string Name => "enlargements said plainly";

    public int Apply(ModelProto model)
    {
        var view = new GraphView(model.Graph);
        var count = 0;
        foreach (var resize in model.Graph.Node)
        {
            if (!resize.Is("Resize") || Text(resize, "mode", "nearest") != "nearest" || Text(resize, "coordinate_transformation_mode", "half_pixel") != "half_pixel") continue;
            // Whole enlargements put no pixel half-way between two, so it does not matter how halves are rounded.
            if (!Text(resize, "nearest_mode", "round_prefer_floor").StartsWith("round_", StringComparison.Ordinal) || resize.Find("axes") is not null) continue;
            if (resize.In(3).Length > 0 || view.ConstantOf(resize.In(2))?.Floats() is not [1, 1, var down, var across]) continue;
            if (!float.IsInteger(down) || !float.IsInteger(across) || down < 1 || across < 1) continue;
            Set(resize, "coordinate_transformation_mode", "asymmetric");
            Set(resize, "nearest_mode", "floor");
            count++;
        }
        return count;
    }

    private static string Text(NodeProto node, string attribute, string otherwise) => node.Find(attribute)?.S.ToStringUtf8() ?? otherwise;

    private static void Set(NodeProto node, string attribute, string value)
    {
        if (node.Find(attribute) is { } old) node.Attribute.Remove(old);
        node.Attribute.Add(new AttributeProto { Name = attribute, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.Kind.String });
    }
}
