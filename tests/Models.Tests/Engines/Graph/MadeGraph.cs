namespace ActorPipeline.Engines.Graph;

/// <summary>Builds small models, line by line.</summary>
internal sealed class MadeGraph
{
    private readonly Random _random;
    private int _names;

    public MadeGraph(int opset = 11, int seed = 1)
    {
        _random = new Random(seed);
        Model = new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = opset } }, Graph = new GraphProto { Name = "made" } };
    }

    public ModelProto Model { get; }

    public GraphProto Graph => Model.Graph;

    /// <summary>Operators in the order they run.</summary>
    public string Ops => string.Join(" ", Graph.Node.Select(n => n.OpType));

    public MadeGraph Input(string name, params long[] dims)
    {
        Graph.Input.Add(Value(name, dims));
        return this;
    }

    public MadeGraph Output(string name, params long[] dims)
    {
        Graph.Output.Add(Value(name, dims));
        return this;
    }

    /// <summary>Says a value's dimensions, as exporters do.</summary>
    public MadeGraph Say(string name, params long[] dims)
    {
        Graph.ValueInfo.Add(Value(name, dims));
        return this;
    }

    /// <summary>An initializer of random numbers between -1 and 1.</summary>
    public MadeGraph Noise(string name, params long[] dims) => Floats(name, [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (p, d) => p * d)).Select(_ => (_random.NextSingle() * 2) - 1)], dims);

    /// <summary>An initializer of one number without dimensions.</summary>
    public MadeGraph Number(string name, float value) => Floats(name, [value]);

    public MadeGraph Floats(string name, float[] values, params long[] dims)
    {
        Graph.Initializer.Add(Tensors.Of(name, values, dims));
        return this;
    }

    public MadeGraph Longs(string name, params long[] values)
    {
        Graph.Initializer.Add(Tensors.Of(name, values, values.Length));
        return this;
    }

    /// <summary>A node; inputs and outputs are names between spaces, "_" an input left out.</summary>
    public MadeGraph Node(string op, string inputs, string outputs, params AttributeProto[] attributes)
    {
        var node = Nodes.Make(op, $"{op}_{_names++}", inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(i => i == "_" ? "" : i), "", attributes);
        node.Output.Clear();
        node.Output.Add(outputs.Split(' '));
        Graph.Node.Add(node);
        return this;
    }

    /// <summary>A node that holds one number.</summary>
    public MadeGraph Constant(string name, float value) =>
        Node("Constant", "", name, new AttributeProto { Name = "value", T = Tensors.Of("", [value]), Type = AttributeProto.Types.Kind.Tensor });

    public static ValueInfoProto Value(string name, params long[] dims) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = Tensors.Float,
                Shape = new TensorShapeProto
                {
                    Dim = { dims.Select(d => d > 0 ? new TensorShapeProto.Types.Dimension { DimValue = d } : new TensorShapeProto.Types.Dimension { DimParam = "N" }) },
                },
            },
        },
    };
}
