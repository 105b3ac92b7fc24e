using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>
/// Owns a native session and counts the runs in it, because running a disposed session and disposing a running one both end the
/// process. After <see cref="Dispose"/> no run starts, and the last one out frees the lanes' tensors and then the session.
/// </summary>
internal sealed class OnnxSession(INativeSession native, Func<INativeSession, OnnxLane> openLane) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Slot> _slots = [];
    private int _active;
    private bool _closed;
    private bool _freed;

    /// <summary>Runs going on now.</summary>
    public int ActiveRuns
    {
        get { lock (_gate) return _active; }
    }

    /// <summary>Whether the native session is freed.</summary>
    public bool IsFreed
    {
        get { lock (_gate) return _freed; }
    }

    /// <summary>Begins a lane's run: from here to the end of the scope the session stays.</summary>
    /// <exception cref="SessionClosedException">It was disposed.</exception>
    /// <exception cref="InvalidOperationException">The lane is running already.</exception>
    public Scope Enter(int lane)
    {
        Slot? slot;
        lock (_gate)
        {
            if (_closed) throw new SessionClosedException();
            if (!_slots.TryGetValue(lane, out slot)) _slots.Add(lane, slot = new Slot());
            if (slot.Running) throw new InvalidOperationException($"Lane {lane} is running already; a lane runs one picture at a time.");
            slot.Running = true;
            slot.TerminateAsked = false;
            _active++;
        }
        try
        {
            // Outside the lock: it allocates megabytes, and the count above keeps the session alive meanwhile.
            var opened = slot.Lane ?? openLane(native);
            lock (_gate)
            {
                slot.Lane = opened;
                opened.Terminate = slot.TerminateAsked;
            }
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
        lock (_gate)
        {
            if (!_slots.TryGetValue(lane, out var slot) || !slot.Running) return;
            slot.TerminateAsked = true;
            if (slot.Lane is not null) slot.Lane.Terminate = true;
        }
    }

    /// <summary>Frees a lane's tensors.</summary>
    /// <exception cref="InvalidOperationException">The lane is running.</exception>
    public void CloseLane(int lane)
    {
        lock (_gate)
        {
            if (!_slots.TryGetValue(lane, out var slot)) return;
            if (slot.Running) throw new InvalidOperationException($"Lane {lane} is running; its tensors cannot be freed.");
            _slots.Remove(lane);
            // Under the lock, so that the session cannot go before its bindings.
            slot.Lane?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            if (_active == 0) Free();
        }
    }

    private void Exit(Slot slot)
    {
        lock (_gate)
        {
            slot.Running = false;
            // Taken back here, under the lock that Terminate takes: it can end this run or none, never the next.
            if (slot.TerminateAsked && slot.Lane is not null) slot.Lane.Terminate = false;
            slot.TerminateAsked = false;
            _active--;
            if (_closed && _active == 0) Free();
        }
    }

    // Under the lock: lanes first, then the session.
    private void Free()
    {
        foreach (var slot in _slots.Values) slot.Lane?.Dispose();
        _slots.Clear();
        native.Dispose();
        _freed = true;
    }

    /// <summary>A lane's place in the session.</summary>
    private sealed class Slot
    {
        public OnnxLane? Lane;
        public bool Running;
        public bool TerminateAsked;
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
            lock (_session._gate)
                if (_session._closed) throw new SessionClosedException();
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
