using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>
/// Owns a native session and counts the runs in it, because running a disposed session and disposing a running one both end the
/// process. After <see cref="Dispose"/> no run starts, and the last one out frees the lanes' tensors and then the session.
/// </summary>
internal sealed class OnnxSession(INativeSession native, Func<INativeSession, OnnxLane> openLane) : IDisposable
{
    /// <summary>Above the count of runs: dispose was asked for.</summary>
    private const int Closed = 1 << 30;

    private readonly Lock _growing = new();
    /// <summary>By lane; lanes are few, and their numbers small.</summary>
    private Slot[] _slots = [];
    private int _state;
    private volatile bool _freed;

    /// <summary>Runs going on now.</summary>
    public int ActiveRuns => Volatile.Read(ref _state) & ~Closed;

    /// <summary>Whether the native session is freed.</summary>
    public bool IsFreed => _freed;

    /// <summary>Begins a lane's run: from here to the end of the scope the session stays. Takes no lock.</summary>
    /// <exception cref="SessionClosedException">It was disposed.</exception>
    /// <exception cref="InvalidOperationException">The lane is running already.</exception>
    public Scope Enter(int lane)
    {
        if (!TryCountIn()) throw new SessionClosedException();
        var slot = SlotOf(lane);
        if (!slot.TryBegin())
        {
            CountOut();
            throw new InvalidOperationException($"Lane {lane} is running already; a lane runs one picture at a time.");
        }
        try
        {
            slot.Lane ??= openLane(native);
            slot.TerminateIfAsked();
            return new Scope(this, slot);
        }
        catch
        {
            Exit(slot);
            throw;
        }
    }

    /// <summary>Ends the lane's present run soon; nothing where it runs nothing.</summary>
    public void Terminate(int lane)
    {
        // A lane that is no longer running is told nothing, and a session with a running lane is there.
        if (lane < _slots.Length) _slots[lane].Terminate();
    }

    /// <summary>Frees a lane's tensors.</summary>
    /// <exception cref="InvalidOperationException">The lane is running.</exception>
    public void CloseLane(int lane)
    {
        // Counted like a run, so that the session cannot go before its bindings; after its end there are none.
        if (lane >= _slots.Length || !TryCountIn()) return;
        var slot = _slots[lane];
        var closed = slot.TryClose();
        CountOut();
        if (!closed) throw new InvalidOperationException($"Lane {lane} is running; its tensors cannot be freed.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Only the one who sets the mark may find no run; later ones find the mark.
        if (Interlocked.Or(ref _state, Closed) == 0) Free();
    }

    private void Exit(Slot slot)
    {
        slot.End();
        CountOut();
    }

    private bool TryCountIn()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if ((state & Closed) != 0) return false;
            if (Interlocked.CompareExchange(ref _state, state + 1, state) == state) return true;
        }
    }

    private void CountOut()
    {
        if (Interlocked.Decrement(ref _state) == Closed) Free();
    }

    // Nobody runs, and nobody can begin: lanes first, then the session.
    private void Free()
    {
        foreach (var slot in _slots) slot.Lane?.Dispose();
        native.Dispose();
        _freed = true;
    }

    private Slot SlotOf(int lane)
    {
        var slots = Volatile.Read(ref _slots);
        if (lane < slots.Length) return slots[lane];
        lock (_growing)
        {
            slots = _slots;
            if (lane >= slots.Length) Volatile.Write(ref _slots, [.. slots, .. Enumerable.Range(slots.Length, lane + 1 - slots.Length).Select(_ => new Slot())]);
            return _slots[lane];
        }
    }

    /// <summary>A lane's place in the session.</summary>
    private sealed class Slot
    {
        private const int Idle = 0, Running = 1, Asking = 2, Asked = 3, Closing = 4;
        private int _phase;

        /// <summary>Its tensors; touched by who runs the lane, and by who asks it to end while it runs.</summary>
        public volatile OnnxLane? Lane;

        public bool TryBegin() => Interlocked.CompareExchange(ref _phase, Running, Idle) == Idle;

        /// <summary>Frees its tensors; false where it runs.</summary>
        public bool TryClose()
        {
            if (Interlocked.CompareExchange(ref _phase, Closing, Idle) != Idle) return false;
            Lane?.Dispose();
            Lane = null;
            Volatile.Write(ref _phase, Idle);
            return true;
        }

        /// <summary>Ends this run or none, never the next: a run does not end while it is being asked to.</summary>
        public void Terminate()
        {
            if (Interlocked.CompareExchange(ref _phase, Asking, Running) != Running) return;
            if (Lane is { } lane) lane.Terminate = true;
            Volatile.Write(ref _phase, Asked);
        }

        /// <summary>It may have been asked to end before it had tensors.</summary>
        public void TerminateIfAsked()
        {
            if (Volatile.Read(ref _phase) == Running) return;
            WaitUntilAsked();
            Lane!.Terminate = true;
        }

        public void End()
        {
            if (Interlocked.CompareExchange(ref _phase, Idle, Running) == Running) return;
            WaitUntilAsked();
            if (Lane is { } lane) lane.Terminate = false;
            Volatile.Write(ref _phase, Idle);
        }

        /// <summary>Asking is two writes of another thread.</summary>
        private void WaitUntilAsked()
        {
            var wait = new SpinWait();
            while (Volatile.Read(ref _phase) != Asked) wait.SpinOnce();
        }
    }

    /// <summary>A run that is going on; disposing it ends it.</summary>
    public readonly ref struct Scope
    {
        private readonly OnnxSession _session;
        private readonly Slot _slot;

        internal Scope(OnnxSession session, object slot)
        {
            _session = session;
            _slot = (Slot)slot;
        }

        /// <summary>The lane's tensors.</summary>
        public OnnxLane Lane => _slot.Lane!;

        /// <summary>Before another run of the native session in the same scope: none starts once the session is disposed.</summary>
        /// <exception cref="SessionClosedException">It was disposed meanwhile.</exception>
        public void GoOn()
        {
            if ((Volatile.Read(ref _session._state) & Closed) != 0) throw new SessionClosedException();
        }

        /// <summary>Runs the native session on the lane's tensors.</summary>
        /// <param name="batch">Pictures in them; one of <see cref="OnnxLane"/>'s sizes.</param>
        /// <exception cref="RunTerminatedException">It was terminated.</exception>
        public void Run(int batch = 1)
        {
            try
            {
                Lane.Run(batch);
            }
            catch (OnnxCallException e) when (OnnxFault.WasTerminated(e))
            {
                throw new RunTerminatedException(e);
            }
        }

        /// <summary>Ends the run.</summary>
        public void Dispose() => _session.Exit(_slot);
    }
}
