using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Vision;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Quantization;

/// <summary>Runs a model and shows the values inside it.</summary>
internal sealed unsafe class ActivationProbe : IDisposable
{
    private readonly INativeSession _session;
    private readonly List<INativeTensor> _tensors = [];
    private readonly INativeBinding _binding;
    private readonly PictureInput _picture;
    private readonly Dictionary<string, INativeTensor> _values = new(StringComparer.Ordinal);

    /// <summary>Opens a session on a model whose values are outputs.</summary>
    /// <param name="session">On a model of <see cref="Exposing"/>; this owns it.</param>
    /// <param name="settings">How pictures become its input.</param>
    /// <exception cref="InvalidDataException">A value's dimensions are not fixed, or it is no float.</exception>
    public ActivationProbe(INativeSession session, InputSettings settings)
    {
        _session = session;
        try
        {
            var input = Allocate(session.Inputs[0]);
            var outputs = session.Outputs.Select(Allocate).ToArray();
            _binding = session.Bind([input], outputs);
            foreach (var tensor in outputs.Append(input)) _values[tensor.Spec.Name] = tensor;
            _picture = new PictureInput((int)input.Spec.Shape[3], (int)input.Spec.Shape[2], settings, (float*)input.Data);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The values it shows: the input and all outputs.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>A model that takes one picture at a time: where its batch is free, what is worked out from it would have no fixed dimensions.</summary>
    /// <param name="model">Not changed; the same comes back where its batch is fixed.</param>
    public static ModelProto OfOnePicture(ModelProto model)
    {
        if (model.Graph.Input.Count == 0 || Batch(model.Graph.Input[0]) is not { HasDimValue: false }) return model;
        var one = model.Clone();
        Batch(one.Graph.Input[0])!.DimValue = 1;
        // What was said of others was said of a free batch.
        one.Graph.ValueInfo.Clear();
        foreach (var output in one.Graph.Output)
            if (output.Type?.TensorType is { } tensor) tensor.Shape = null;
        return one;
    }

    /// <summary>A model that gives values of its inside out as well, of one picture.</summary>
    /// <param name="model">Not changed.</param>
    /// <param name="values">Which; those it gives or takes already may be among them.</param>
    public static ModelProto Exposing(ModelProto model, IEnumerable<string> values)
    {
        var exposing = OfOnePicture(model).Clone();
        var there = exposing.Graph.Output.Concat(exposing.Graph.Input).Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        // Whoever runs it finds their types and dimensions by itself.
        foreach (var value in values)
            if (there.Add(value)) exposing.Graph.Output.Add(new ValueInfoProto { Name = value });
        return exposing;
    }

    /// <summary>Runs the model on a picture.</summary>
    /// <exception cref="OnnxCallException">It failed.</exception>
    public void Run(in ImageView picture)
    {
        _picture.Fill(picture);
        _binding.Run();
    }

    /// <summary>Runs it on that picture again.</summary>
    /// <exception cref="OnnxCallException">It failed.</exception>
    public void RunAgain() => _binding.Run();

    /// <summary>Ends the profile of its session's plan.</summary>
    /// <returns>The file; null where there is none.</returns>
    public string? EndProfile() => _session.EndProfile();

    /// <summary>A value of the last run.</summary>
    public ReadOnlySpan<float> Value(string name) => new((void*)_values[name].Data, _values[name].Spec.Length);

    /// <summary>Its dimensions, the batch 1.</summary>
    public IReadOnlyList<long> ShapeOf(string name) => _values[name].Spec.Shape;

    /// <inheritdoc/>
    public void Dispose()
    {
        _binding?.Dispose();
        _picture?.Dispose();
        foreach (var tensor in _tensors) tensor.Dispose();
        _session.Dispose();
    }

    private static TensorShapeProto.Types.Dimension? Batch(ValueInfoProto input) => input.Type?.TensorType?.Shape is { Dim.Count: > 0 } shape ? shape.Dim[0] : null;

    private INativeTensor Allocate(TensorDescription description)
    {
        long[] shape = [.. description.Shape.Select((d, i) => d > 0 ? d : i == 0 ? 1 : throw new InvalidDataException($"its value {description} has no fixed dimensions"))];
        if (description.Type != TensorElementType.Float) throw new InvalidDataException($"its value {description} is no tensor of floats");
        var tensor = _session.Allocate(new TensorSpec(description.Name, shape));
        _tensors.Add(tensor);
        return tensor;
    }
}
