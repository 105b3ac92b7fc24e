using System.Runtime.InteropServices;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Synthetic;

/// <summary>A loaded synthetic model: keeps a session's rules and counts who breaks them.</summary>
internal abstract unsafe class SyntheticLoadedModel : ILoadedModel
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, SyntheticWait> _runs = [];
    private readonly SyntheticModel _model;
    private readonly SyntheticCounters _counters;
    private readonly TimeProvider _time;
    private readonly ManualResetEventSlim _hungReleased;
    private void* _memory;
    private bool _closed;

    protected SyntheticLoadedModel(ModelCard card, SyntheticModel model, LoadReport report, SyntheticCounters counters, TimeProvider time, ManualResetEventSlim hungReleased)
    {
        (Card, Report, _model, _counters, _time, _hungReleased) = (card, report, model, counters, time, hungReleased);
        if (model.Allocates <= Bytes.Zero) return;
        _memory = NativeMemory.Alloc((nuint)model.Allocates.Count);
        // Only touched pages are memory.
        NativeMemory.Fill(_memory, (nuint)model.Allocates.Count, 1);
    }

    /// <inheritdoc/>
    public ModelCard Card { get; }

    /// <inheritdoc/>
    public LoadReport Report { get; }

    /// <inheritdoc/>
    public int ActiveRuns
    {
        get { lock (_gate) return _runs.Count; }
    }

    /// <inheritdoc/>
    public void Terminate(int lane)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(lane, out var wait)) return;
            _counters.Terminated();
            wait.Interrupt();
        }
    }

    /// <inheritdoc/>
    public void CloseLane(int lane)
    {
        lock (_gate)
            if (_runs.ContainsKey(lane)) throw new InvalidOperationException($"Lane {lane} is running; its tensors cannot be freed.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _counters.Disposed(_runs.Count > 0);
            if (_runs.Count == 0) Free();
        }
    }

    /// <summary>Plays one run: the rules, the delay, the declared failures, then the answer for each picture.</summary>
    protected T[] Run<T>(int lane, ReadOnlySpan<ImageView> pictures, Func<SyntheticModel, SyntheticCall, T> answer)
    {
        var wait = new SyntheticWait(_time, _counters);
        long number;
        lock (_gate)
        {
            if (_closed)
            {
                _counters.RunAfterDispose();
                throw new SessionClosedException();
            }
            if (!_runs.TryAdd(lane, wait)) throw new InvalidOperationException($"Lane {lane} is running already; a lane runs one picture at a time.");
            number = _counters.RunStarted();
        }
        try
        {
            var calls = new SyntheticCall[pictures.Length];
            for (var i = 0; i < calls.Length; i++) calls[i] = new SyntheticCall(number, lane, MarkOf(pictures[i]));
            if (Array.Exists(calls, call => _model.HangsForEver(call)))
            {
                wait.Block(_hungReleased);
                throw new RunTerminatedException();
            }
            if (Array.Exists(calls, call => _model.Hangs(call))) wait.UntilInterrupted();
            if (!wait.For(_model.RunTime)) throw new RunTerminatedException();
            if (Array.Exists(calls, call => _model.Fails(call))) throw new InvalidOperationException($"Model '{Card.Id}' (synthetic): run {number} was declared to fail.");
            return Array.ConvertAll(calls, call => answer(_model, call));
        }
        finally
        {
            lock (_gate)
            {
                _runs.Remove(lane);
                if (_closed && _runs.Count == 0) Free();
            }
            _counters.RunEnded();
        }
    }

    private static long MarkOf(in ImageView picture) =>
        picture.Address != IntPtr.Zero && picture.Width * 3 >= sizeof(long) ? Marshal.ReadInt64(picture.Address) : 0;

    private void Free()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}

/// <summary>A synthetic detector.</summary>
internal sealed class SyntheticDetector(ModelCard card, SyntheticModel model, LoadReport report, SyntheticCounters counters, TimeProvider time, ManualResetEventSlim hungReleased)
    : SyntheticLoadedModel(card, model, report, counters, time, hungReleased), IDetector
{
    /// <inheritdoc/>
    public int Detect(int lane, in ImageView picture, Span<Detection> into)
    {
        var found = Run(lane, [picture], static (model, call) => model.Detects(call))[0];
        var count = Math.Min(found.Count, into.Length);
        for (var i = 0; i < count; i++) into[i] = found[i];
        return count;
    }
}
