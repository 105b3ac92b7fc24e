namespace ActorPipeline.Engines.Graph;

/// <summary>Makes models of whatever the rewrites look for, in any order, with some of it seen from outside.</summary>
internal sealed class RandomGraph
{
    private const int Side = 4;

    private readonly Random _random;
    private readonly MadeGraph _made;
    private readonly List<(string Name, int Channels)> _values = [("x", 4)];
    private readonly int _opset;
    private int _next;

    private RandomGraph(int seed)
    {
        _random = new Random(seed);
        _opset = Pick(10, 11, 13, 14);
        _made = new MadeGraph(_opset, seed).Input("x", 1, 4, Side, Side).Number("zero", 0).Number("three", 3).Number("six", 6).Number("sixth", 1f / 6).Floats("scales", [1, 1, 1, 1, 1, 1, 1, 1], 8);
    }

    public static ModelProto Make(int seed)
    {
        var graph = new RandomGraph(seed);
        var steps = graph._random.Next(4, 14);
        for (var i = 0; i < steps; i++) graph.Step();
        graph.Finish();
        return graph._made.Model;
    }

    private void Step()
    {
        var (x, channels) = _values[_random.Next(_values.Count)];
        // Mostly on with the newest, as models go.
        if (_random.Next(3) > 0) (x, channels) = _values[^1];
        switch (_random.Next(13))
        {
            case 0 or 1: Convolve(x, channels); break;
            case 2: Gate(x, channels, swish: true); break;
            case 3: Gate(x, channels, swish: false); break;
            case 4: Shuffle(x, channels); break;
            case 5 when channels >= 2: Split(x, channels); break;
            case 6: Concat(x, channels); break;
            case 7: One(Pick("Identity", "Relu", "Sigmoid"), x, channels); break;
            case 8: One("Dropout", x, channels); break;
            case 9: Depthwise(x, channels); break;
            case 10:
                One("HardSigmoid", x, channels, Nodes.Attribute("alpha", 1f / 6), Nodes.Attribute("beta", 0.5f));
                Made("Mul", $"{Name("v", -1)} {x}", channels);
                break;
            case 11 when _opset >= 11: Enlarge(x, channels); break;
            default:
                var number = $"n{_next}";
                _made.Constant(number, Pick(1, 3, 6) / 4f);
                Made("Mul", $"{x} {number}", channels);
                break;
        }
    }

    private void Convolve(string x, int channels)
    {
        var outputs = _random.Next(1, 4) * 2;
        var kernel = Pick(1, 3);
        _made.Noise($"w{_next}", outputs, channels, kernel, kernel).Noise($"b{_next}", outputs);
        Made("Conv", _random.Next(2) == 0 ? $"{x} w{_next}" : $"{x} w{_next} b{_next}", outputs, Nodes.Attribute("pads", kernel == 1 ? [0L, 0L, 0L, 0L] : [1L, 1L, 1L, 1L]));
    }

    private void Depthwise(string x, int channels)
    {
        _made.Noise($"w{_next}", channels, 1, 3, 3);
        Made("Conv", $"{x} w{_next}", channels, Nodes.Attribute("pads", [1L, 1L, 1L, 1L]), Nodes.Attribute("group", channels));
    }

    private void Gate(string x, int channels, bool swish)
    {
        Made("Add", Swapped(x, "three"), channels);
        if (_opset < 11) Made("Clip", Name("v", -1), channels, Nodes.Attribute("min", 0f), Nodes.Attribute("max", 6f));
        else Made("Clip", $"{Name("v", -1)} zero six", channels);
        if (swish) Made("Mul", Swapped(x, Name("v", -1)), channels);
        if (_random.Next(2) == 0) Made("Div", $"{Name("v", -1)} six", channels);
        else Made("Mul", Swapped(Name("v", -1), "sixth"), channels);
    }

    private void Shuffle(string x, int channels)
    {
        var groups = channels % 2 == 0 ? 2 : 1;
        _made.Longs($"p{_next}", 1, groups, channels / groups, Side, Side).Longs($"q{_next}", 1, channels, Side, Side);
        _made.Node("Reshape", $"{x} p{_next}", $"r{_next}").Node("Transpose", $"r{_next}", $"t{_next}", Nodes.Attribute("perm", [0L, 2L, 1L, 3L, 4L]));
        Made("Reshape", $"t{_next} q{_next}", channels);
    }

    private void Split(string x, int channels)
    {
        var first = _random.Next(1, channels);
        var (one, other) = (Name("v", 0), Name("v", 1));
        if (_opset < 13)
        {
            _made.Node("Split", x, $"{one} {other}", Nodes.Attribute("axis", 1), Nodes.Attribute("split", [(long)first, channels - first]));
        }
        else
        {
            _made.Longs($"s{_next}", first, channels - first).Node("Split", $"{x} s{_next}", $"{one} {other}", Nodes.Attribute("axis", 1));
        }
        _next += 2;
        Keep(one, first);
        Keep(other, channels - first);
    }

    private void Concat(string x, int channels)
    {
        var (other, more) = _values[_random.Next(_values.Count)];
        if (channels + more <= 16) Made("Concat", $"{x} {other}", channels + more, Nodes.Attribute("axis", 1));
    }

    private void Enlarge(string x, int channels)
    {
        var size = Pick(1f, 2f, 3f);
        _made.Floats($"z{_next}", [1, 1, size, size], 4).Node("Resize", $"{x} scales z{_next}", $"e{_next}");
        // And back, so that everything stays of one size.
        Made("MaxPool", $"e{_next}", channels, Nodes.Attribute("kernel_shape", [(long)size, (long)size]), Nodes.Attribute("strides", [(long)size, (long)size]));
    }

    private void Finish()
    {
        var taken = _made.Graph.Node.SelectMany(n => n.Input).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, channels) in _values.Where(v => v.Name != "x" && (!taken.Contains(v.Name) || _random.Next(12) == 0)).ToArray())
        {
            if (_random.Next(3) > 0)
            {
                _made.Output(name, 1, channels, Side, Side);
                continue;
            }
            _made.Longs($"h{_next}", 1, channels, -1).Node("Reshape", $"{name} h{_next}", $"k{_next}");
            _made.Node("Transpose", $"k{_next}", $"o{_next}", Nodes.Attribute("perm", [0L, 2L, 1L])).Output($"o{_next}", 1, Side * Side, channels);
            _next++;
        }
        // As exporters do that make inputs of all initializers.
        if (_random.Next(2) == 0) _made.Graph.Input.Add(MadeGraph.Value("six"));
        if (_made.Graph.Output.Count == 0) _made.Node("Neg", "x", "y").Output("y", 1, 4, Side, Side);
    }

    private void One(string op, string x, int channels, params AttributeProto[] attributes) => Made(op, x, channels, attributes);

    private void Made(string op, string inputs, int channels, params AttributeProto[] attributes)
    {
        _made.Node(op, inputs, Name("v", 0), attributes);
        _next++;
        Keep(Name("v", -1), channels);
    }

    private void Keep(string name, int channels)
    {
        _values.Add((name, channels));
        _made.Say(name, 1, channels, Side, Side);
    }

    private string Name(string prefix, int ahead) => $"{prefix}{_next + ahead}";

    private string Swapped(string one, string other) => _random.Next(2) == 0 ? $"{one} {other}" : $"{other} {one}";

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
