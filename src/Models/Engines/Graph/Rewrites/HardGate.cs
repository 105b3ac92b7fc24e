namespace ActorPipeline.Engines.Graph;

/// <summary>Finds <c>clip(x + 3, 0, 6)</c>, which exporters write for hard-sigmoid and hard-swish, and what is done to it.</summary>
internal static class HardGate
{
    /// <summary>The nodes of one, and its x.</summary>
    public readonly record struct Match(string X, NodeProto Add, NodeProto Clip);

    /// <summary>A gate that ends in this node and of which nobody sees the inside.</summary>
    public static Match? Ending(NodeProto clip, GraphView view)
    {
        if (!clip.Is("Clip") || Bound(clip, 1, "min", view) != 0 || Bound(clip, 2, "max", view) != 6) return null;
        if (view.ProducerOf(clip.Input[0], "Add") is not { } add || view.OnlyUserOf(clip.Input[0]) is null) return null;
        return WithNumber(add, view, three => three == 3) is { } x ? new Match(x, add, clip) : null;
    }

    /// <summary>The one user of a value, where it takes a sixth of it.</summary>
    public static NodeProto? SixthOf(string value, GraphView view)
    {
        if (view.OnlyUserOf(value) is not { } user) return null;
        if (user.Is("Div")) return user.Input[0] == value && view.NumberOf(user.Input[1]) == 6 && Keeps(user.Input[1], value, view) ? user : null;
        return user.Is("Mul") && WithNumber(user, view, IsSixth) == value ? user : null;
    }

    /// <summary>The one user of a value, where it multiplies it with another given one.</summary>
    public static NodeProto? Times(string value, string other, GraphView view) =>
        view.OnlyUserOf(value) is { } user && user.Is("Mul") && value != other && (user.Input[0] == other || user.Input[1] == other) ? user : null;

    /// <summary>Whether a number is 1/6 as exporters round it.</summary>
    public static bool IsSixth(float number) => MathF.Abs((number * 6) - 1) < 1e-5f;

    /// <summary>The other operand of a commutative node of which one is a certain constant number.</summary>
    private static string? WithNumber(NodeProto node, GraphView view, Func<float, bool> isIt)
    {
        for (var i = 0; i < 2; i++)
        {
            var (number, other) = (node.Input[i], node.Input[1 - i]);
            if (view.NumberOf(number) is { } n && isIt(n) && Keeps(number, other, view)) return other;
        }
        return null;
    }

    // A number of shape [1,1,1,1] would give a vector four dimensions.
    private static bool Keeps(string number, string value, GraphView view) =>
        view.ConstantOf(number)!.Dims.Count is var rank && (rank <= 1 || view.ShapeOf(value)?.Length >= rank);

    private static float? Bound(NodeProto clip, int input, string attribute, GraphView view) =>
        clip.In(input) is { Length: > 0 } name ? view.NumberOf(name) : clip.Find(attribute)?.F;
}
