using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <content>Whole batches: each waits for a buffer, is unpacked into it as far as that goes, run, and answered once all of it is.</content>
internal sealed partial class CropDesk
{
    /// <summary>A batch that has a buffer.</summary>
    private sealed class GuestBatch(DeskBatch batch, ServedClassifier model, PixelBuffer buffer, ReadOnlyMemory<byte> bytes)
    {
        public DeskBatch Batch { get; } = batch;

        public ServedClassifier Model { get; } = model;

        public PixelBuffer Buffer { get; } = buffer;

        public ReadOnlyMemory<byte> Bytes { get; } = bytes;

        public ClassifyWork Work { get; } = new();

        /// <summary>What its crops were called so far.</summary>
        public List<IReadOnlyList<Classification>> Labels { get; } = new(batch.Head.Crops.Count);
    }

    private readonly Queue<(DeskBatch Batch, ServedClassifier Model)> _waiting = new();
    private readonly Dictionary<WorkId, GuestBatch> _serving = [];
    private PixelPool? _pool;
    private long _works;

    private void ReceiveFromBoard()
    {
        Receive<AllocateDesk>(OnAllocate);
        Receive<Completed>(OnCompleted);
        Receive<WorkFailed>(OnWorkFailed);
    }

    /// <summary>Lanes that still run let go of their buffers themselves; the pool's memory goes with the last of them.</summary>
    protected override void PostStop()
    {
        foreach (var serving in _serving.Values) serving.Buffer.Release();
        _pool?.Dispose();
    }

    private void OnAllocate(AllocateDesk allocate)
    {
        var desk = _parts.Settings.Desk;
        if (allocate.CropBytes > 0) _pool ??= new PixelPool(desk.Batches, checked(desk.MaxCrops * allocate.CropBytes));
        _gateway.Tell(new DeskReady());
    }

    private void Serve(DeskBatch batch, TimeSpan now)
    {
        var (head, model) = (batch.Head, _catalog.Find(batch.Head.Model));
        var refusal =
            _leaving is not null ? "leaving"
            : model is null || _pool is null ? "other-model"
            : (head.Width, head.Height) != (model.Width, model.Height) || head.Labels > model.Labels ? "other-model"
            : null;
        if (refusal is not null)
        {
            Refuse(batch, refusal, now);
            return;
        }
        _waiting.Enqueue((batch, model!));
        ServeNext(now);
    }

    private void ServeNext(TimeSpan now)
    {
        while (_waiting.TryPeek(out var next))
        {
            if (next.Batch.Unwanted || next.Batch.Deadline <= now)
            {
                _waiting.Dequeue();
                Refuse(next.Batch, "late", now);
                continue;
            }
            if (_pool!.TryRent() is not { } buffer) return;
            _waiting.Dequeue();
            var bytes = new byte[next.Batch.Head.Bytes];
            if (BatchCutter.Join(next.Batch.Parts, bytes)) RunNext(new GuestBatch(next.Batch, next.Model, buffer, bytes), now);
            else End(new GuestBatch(next.Batch, next.Model, buffer, bytes), "damaged", new BatchRefused(next.Batch.Number, "damaged"), now);
        }
        SayWhenLeft();
    }

    /// <summary>Unpacks what fits the buffer, and posts it.</summary>
    private void RunNext(GuestBatch serving, TimeSpan now)
    {
        var (head, done) = (serving.Batch.Head, serving.Labels.Count);
        var count = Math.Min(head.Crops.Count - done, _parts.Settings.Desk.MaxCrops);
        // Pipelines' names have no '@': whose work it is tells neighbours apart. From here on its buffer is let go with it.
        var id = new WorkId(new PipelineId($"@{serving.Batch.From.Name}"), ++_works);
        _serving.Add(id, serving);
        if (CropPacker.TryUnpack(head, serving.Bytes, done, count, serving.Buffer) is { } fault)
        {
            _serving.Remove(id);
            _log.Debug("A batch of {Node} cannot be unpacked: {Fault}", serving.Batch.From, fault);
            End(serving, "damaged", new BatchRefused(serving.Batch.Number, "damaged"), now);
            return;
        }
        serving.Work.Begin(serving.Buffer, count, head.Width, head.Height, labels: head.Labels);
        serving.Work.TryHold();
        _parts.Board.Tell(new Submit(id, serving.Model.Id, serving.Work, serving.Batch.BeganAt) { Deadline = serving.Batch.Deadline, Guest = true });
    }

    private void OnCompleted(Completed completed)
    {
        if (!_serving.Remove(completed.Id, out var serving)) return;
        var now = _time.Instant();
        for (var i = 0; i < serving.Work.Parts; i++) serving.Labels.Add(serving.Work.LabelsOf(i).ToArray());
        if (serving.Batch.Unwanted)
            End(serving, "withdrawn", null, now);
        else if (serving.Labels.Count < serving.Batch.Head.Crops.Count)
            RunNext(serving, now);
        else
            End(serving, "answered", new BatchDone(serving.Batch.Number, _parts.Self, serving.Labels, completed.Variant, now - serving.Batch.WholeAt), now);
    }

    private void OnWorkFailed(WorkFailed failed)
    {
        if (!_serving.Remove(failed.Id, out var serving)) return;
        End(serving, failed.Reason, serving.Batch.Unwanted ? null : new BatchFailed(serving.Batch.Number, failed.Reason, failed.Detail), _time.Instant());
    }

    private void WithdrawRuns(Func<DeskBatch, bool> match)
    {
        foreach (var (id, serving) in _serving)
            if (match(serving.Batch)) _parts.Board.Tell(new WithdrawWork(id));
    }

    private void Refuse(DeskBatch batch, string reason, TimeSpan now) => Over(batch, reason, batch.Unwanted ? null : new BatchRefused(batch.Number, reason), now);

    private void End(GuestBatch serving, string outcome, IWireMessage? answer, TimeSpan now)
    {
        serving.Buffer.Release();
        Over(serving.Batch, outcome, answer, now);
        ServeNext(now);
    }

    private void Over(DeskBatch batch, string outcome, IWireMessage? answer, TimeSpan now)
    {
        _ledger.Over(batch.From, batch.Number);
        Release(batch.From, batch.Clear(), now);
        if (answer is not null && _senders.TryGetValue(batch.From, out var sender)) sender.Tell(answer);
        Context.System.EventStream.Publish(new CropsServed(now, batch.From.Name, batch.Head.Crops.Count, outcome));
    }
}
