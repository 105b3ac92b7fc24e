using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Evaluation;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Quantization;

/// <summary>Watches all activations that may become integers, twice over the pictures: for their ends, then for what lies between. One picture at a time is in memory.</summary>
internal static class Calibrator
{
    /// <summary>The activations of a graph that may become integers.</summary>
    public static IReadOnlyList<string> Watched(ModelProto model)
    {
        var view = new GraphView(model.Graph);
        return
        [
            .. model.Graph.Node.Where(n => IntegerOps.FormOf(n, view) != IntegerForm.None || Layer.Of(n, view) is not null)
                .SelectMany(n => n.Output.Concat(IntegerOps.Activations(n, view))).Where(v => v.Length > 0 && view.ConstantOf(v) is null).Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Watches.</summary>
    /// <param name="probe">Shows them; <see cref="ActivationProbe.Exposing"/>.</param>
    /// <param name="pictures">What it is shown.</param>
    /// <param name="unreadable">Told of each picture that cannot be used.</param>
    /// <param name="progress">Told how many pictures of both times together are done.</param>
    /// <param name="cancellation">Noticed between pictures.</param>
    /// <exception cref="QuantizationException">An activation was not a number.</exception>
    /// <exception cref="EvaluationException">No picture can be used.</exception>
    public static IReadOnlyDictionary<string, ActivationStatistics> Watch(
        ActivationProbe probe, PictureSet pictures, Action<UnreadablePicture> unreadable, Action<int> progress, CancellationToken cancellation)
    {
        var seen = probe.Names.ToDictionary(n => n, n => new ActivationStatistics(Channels(probe.ShapeOf(n))), StringComparer.Ordinal);
        foreach (var picture in pictures.Read(unreadable, cancellation))
        {
            probe.Run(picture.View);
            foreach (var (name, statistics) in seen) statistics.SeeRange(probe.Value(name));
            if (seen.FirstOrDefault(s => s.Value.Unusable > 0) is { Key: { } bad })
                throw new QuantizationException($"The model's value '{bad}' is not a number (or infinite) on picture '{picture.Name}': there is no range for it. The float model itself is faulty on such pictures.");
            progress(picture.Index + 1);
        }
        foreach (var picture in pictures.Read(null, cancellation))
        {
            probe.Run(picture.View);
            foreach (var (name, statistics) in seen) statistics.SeeValues(probe.Value(name));
            progress(pictures.Names.Count + picture.Index + 1);
        }
        return seen;
    }

    /// <summary>Pictures [1,C,H,W] and rows [1,C] have channels; what else there is may have them anywhere.</summary>
    private static int Channels(IReadOnlyList<long> shape) => shape.Count is 2 or 4 ? (int)shape[1] : 0;
}
