using ActorPipeline.Catalog;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Capi;

/// <summary>A lane of a session: all its tensors, bound once.</summary>
internal sealed unsafe class SessionRig : IDisposable
{
    private readonly INativeTensor[] _inputs;
    private readonly INativeTensor[] _outputs;

    public SessionRig(INativeSession session)
    {
        _inputs = [.. session.Inputs.Select(input => session.Allocate(Spec(input)))];
        _outputs = [.. session.Outputs.Select(output => session.Allocate(Spec(output)))];
        Binding = session.Bind(_inputs, _outputs);
    }

    public INativeBinding Binding { get; }

    public static SessionPlan Plan => new() { Provider = ExecutionProvider.Cpu, Arena = true, LogId = "spec" };

    public Span<float> Input => new((void*)_inputs[0].Data, _inputs[0].Spec.Length);

    public ReadOnlySpan<float> Output(int index = 0) => new((void*)_outputs[index].Data, _outputs[index].Spec.Length);

    /// <summary>Runs on noise, and gives all outputs.</summary>
    public float[][] Run(int seed)
    {
        var noise = new Random(seed);
        foreach (ref var value in Input) value = (noise.NextSingle() * 4) - 2;
        Binding.Run();
        return [.. Enumerable.Range(0, _outputs.Length).Select(i => Output(i).ToArray())];
    }

    public void Dispose()
    {
        Binding.Dispose();
        foreach (var tensor in _inputs.Concat(_outputs)) tensor.Dispose();
    }

    /// <summary>The largest difference, as a share of the largest number.</summary>
    public static float Difference(float[][] expected, float[][] found)
    {
        Assert.Equal(expected.Select(output => output.Length), found.Select(output => output.Length));
        return expected.Zip(found, (e, f) => e.Zip(f, (a, b) => MathF.Abs(a - b)).Max() / e.Max(MathF.Abs)).Max();
    }

    private static TensorSpec Spec(TensorDescription tensor) => new(tensor.Name, [.. tensor.Shape.Select(d => Math.Max(1, d))]);
}
