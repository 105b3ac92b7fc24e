using ActorPipeline.Catalog;
using ActorPipeline.Pipeline;
using ActorPipeline.Simulation;

namespace ActorPipeline.Hosting.Running;

/// <summary>
/// What a run asked of its machine, as a trace that <c>simulate --trace</c> plays: when frames were captured and which models they went
/// through. Loads take what they took in the run; what one run of a model takes is estimated as the time that frames had for it.
/// </summary>
internal static class RunTrace
{
    /// <summary>Writes the trace of a run that is over; the caller holds the record's gate.</summary>
    public static void Write(TextWriter output, RunRecord record, ActorPipelineSettings settings, int lanes)
    {
        var pipelines = settings.Pipelines.ToDictionary(p => p.Id);
        var used = settings.Pipelines.SelectMany(p => Served(p, record).Prepend(p.Detect)).Distinct().ToArray();
        var pieces = record.Frames.Sum(f => f.Classified ? 1 + Served(pipelines[f.Pipeline], record).Count : 1);
        var seconds = (record.Ended - record.Started)?.TotalSeconds ?? 0;
        var run = TimeSpan.FromSeconds(pieces == 0 ? 0.01 : Math.Max(1e-4, seconds * lanes / pieces));
        var models = used.Select(id => Model(id, settings.Models.GetValueOrDefault(id), record, run)).ToArray();
        var writer = new TraceWriter(output, new WorkloadTrace("recorded", models, [])
        {
            Budget = PoolVector.OfHost(record.Budget - record.PoolPeak - record.Fixed),
            Lanes = lanes,
            Window = Math.Max(1, settings.Pipelines.Sum(p => p.Window.Max * (1 + Served(p, record).Count))),
        });
        var start = record.Frames.Count == 0 ? TimeSpan.Zero : record.Frames.Min(f => f.At);
        foreach (var frame in record.Frames.OrderBy(f => f.At))
        {
            var pipeline = pipelines[frame.Pipeline];
            var at = frame.At - start;
            TimeSpan? due = pipeline.Deadline > TimeSpan.Zero ? at + pipeline.Deadline : null;
            var detected = writer.Write(new TraceRequest(at, Array.IndexOf(used, pipeline.Detect)) { Deadline = due });
            if (!frame.Classified) continue;
            foreach (var classify in Served(pipeline, record))
                writer.Write(new TraceRequest(at, Array.IndexOf(used, classify)) { Deadline = due, After = detected });
        }
    }

    /// <summary>What ran a pipeline's classifiers: themselves, or what they were merged into.</summary>
    private static IReadOnlyList<ModelId> Served(PipelineSettings pipeline, RunRecord record) => [.. pipeline.Classify
        .Select(id => record.Models.ContainsKey(id.Value) ? id : record.Models.Where(m => m.Value.Parts.Contains(id.Value)).Select(m => new ModelId(m.Key)).FirstOrDefault(id))
        .Distinct()];

    private static TraceModel Model(ModelId id, ModelCard? card, RunRecord record, TimeSpan run)
    {
        var seen = record.Models.GetValueOrDefault(id.Value);
        var held = PoolVector.OfHost(seen?.Resident ?? Bytes.MiB(1));
        var load = TimeSpan.FromMilliseconds(seen is { LoadMs.Count: > 0 } ? RunSummary.Percentile(seen.LoadMs, 0.5) : 25);
        return new TraceModel(id, card?.Footprint ?? new Footprint(held, held, PoolVector.Zero, FootprintSource.Measured), load, TimeSpan.FromMilliseconds(5), run)
        {
            Priority = card?.Priority ?? 0, Pin = card?.Pin ?? false,
        };
    }
}
