using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Running;

/// <summary>Records of runs that never were.</summary>
internal static class TestRecord
{
    public static readonly LoadReport Report = new(ExecutionProvider.Cpu, "", "fp32", 64, 64, 1, LabelList.None, TimeSpan.FromMilliseconds(12));
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1000);

    /// <summary>Frames, and models that took turns, spread over so many seconds.</summary>
    public static RunRecord Of(int frames, int swaps, double seconds = 10, string pipeline = "belt", bool ended = true)
    {
        var record = new RunRecord();
        var id = new PipelineId(pipeline);
        var buffers = new Charge(pipeline, ChargeKind.Pool, PoolVector.OfHost(Bytes.MiB(18)));
        record.Apply(new LedgerChanged(Start - TimeSpan.FromSeconds(1), buffers, Bytes.MiB(18), Bytes.MiB(64)));
        record.Apply(new RunStarted(Start, new Dictionary<ModelId, LoadReport> { [new ModelId("detector")] = Report }, Bytes.Zero) { Loads = 1 });
        for (var i = 0; i < swaps; i++)
        {
            var at = Start + TimeSpan.FromSeconds(seconds * i / swaps);
            var model = Turn(i);
            record.Apply(new LeaseChanged(at, LeaseChange.Granted, model, Bytes.MiB(30), ""));
            if (i > 0) record.Apply(Changed(at, i - 1, PoolVector.Zero, Bytes.MiB(18)));
            record.Apply(Changed(at, i, PoolVector.OfHost(Bytes.MiB(30)), Bytes.MiB(48)));
            record.Apply(new ModelStateChanged(at, model, ModelState.Ready, "", false, Report));
            record.Apply(new MemorySampled(at, Bytes.MiB(20 + (i % 7)), Bytes.MiB(18), Bytes.MiB(30), Bytes.MiB(64), false, Bytes.MiB(200)));
        }
        for (var i = 0; i < frames; i++)
        {
            var at = Start + TimeSpan.FromSeconds(seconds * i / frames);
            record.Apply(new FrameEntered(at, id, 4 + (i % 5)));
            record.Apply(new FrameConcluded(at, id, new FrameId(i), new FrameOutcome.Classified(), TimeSpan.FromMilliseconds(50), 3, 4 + (i % 5)));
        }
        var totals = new FrameTotals(frames, frames, 0, new Dictionary<string, long>(), new Dictionary<string, long>());
        if (ended) record.Apply(new RunEnded(Start + TimeSpan.FromSeconds(seconds), [new PipelineProtocol.PipelineEnded(id, totals, null, 0, 0, false)], [], false));
        return record;
    }

    private static ModelId Turn(int swap) => new(swap % 2 == 0 ? "detector" : "classifier");

    private static LedgerChanged Changed(TimeSpan at, int swap, PoolVector bytes, Bytes charged) =>
        new(at, new Charge(Turn(swap).Value, ChargeKind.Resident, bytes) { Lease = new LeaseId(1, swap) }, charged, Bytes.MiB(64));
}
