using ActorPipeline.Memory;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Simulation.SimulatedModel;

namespace ActorPipeline.Simulation;

/// <summary>
/// Plays a trace against the real <see cref="MemoryLedger"/> in virtual time: a board that hands out the oldest work whose model is ready,
/// lanes, one thread for loads and unloads, models that yield when they are asked to. Releases are verified at once. The same trace,
/// settings and policy give the same result.
/// </summary>
public sealed partial class Simulator
{
    private enum What
    {
        Arrive,
        Ran,
        Loaded,
        Unloaded,
        Flush,
        Wake,
        AskAgain,
    }

    private static readonly TimeSpan DemandInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private readonly WorkloadTrace _trace;
    private readonly MemoryLedger _ledger;
    private readonly SimulatedModel[] _models;
    private readonly PriorityQueue<(What What, int Which), (long Ticks, long Number)> _events = new();
    private readonly PriorityQueue<int, int> _ready = new();
    private readonly Queue<(SimulatedModel Model, bool Load)> _loadThread = new();
    private readonly SimulationBooks _books;
    private readonly Dictionary<LeaseId, SimulatedModel> _byLease = [];
    private readonly int[] _followers;
    private readonly bool[] _done;
    private readonly List<int> _stale = [];
    private TimeSpan _now;
    private TimeSpan? _wakeAt;
    private long _eventNumber;
    private long _requestNumber;
    private bool _loadThreadBusy;
    private bool _flushComes;
    private bool _arrivalComes;
    private int _idleLanes;
    private int _base;
    private int _next;

    private Simulator(WorkloadTrace trace, MemorySettings settings, IEvictionPolicy policy)
    {
        _trace = trace;
        _ledger = new MemoryLedger(trace.Budget, trace.Lanes, settings, policy);
        _models = [.. trace.Models.Select((m, i) => new SimulatedModel(i, m, trace.Lanes))];
        _books = new SimulationBooks(trace);
        _done = new bool[trace.Requests.Count];
        _followers = new int[trace.Requests.Count];
        Array.Fill(_followers, -1);
        _idleLanes = trace.Lanes;
    }

    /// <summary>Plays a trace to its end.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="settings">Turns and patience; the budget is the trace's.</param>
    /// <param name="policy">Who yields.</param>
    /// <exception cref="InvalidOperationException">The ledger lets requests wait for ever: a fault of the program.</exception>
    public static SimulationResult Run(WorkloadTrace trace, MemorySettings settings, IEvictionPolicy policy) =>
        new Simulator(trace, settings, policy).Play();

    private SimulationResult Play()
    {
        Reveal();
        while (_base < _done.Length)
        {
            if (!_events.TryDequeue(out var happening, out var at))
                throw new InvalidOperationException($"the simulation of '{_trace.Name}' stands still at {_now}: request {_base} is never served");
            _now = TimeSpan.FromTicks(at.Ticks);
            Happen(happening.What, happening.Which);
        }
        return _books.Close(_now, _models);
    }

    private void Happen(What what, int which)
    {
        switch (what)
        {
            case What.Arrive: _arrivalComes = false; Reveal(); break;
            case What.Ran: OnRan(which); break;
            case What.Loaded: OnLoaded(_models[which]); break;
            case What.Unloaded: OnUnloaded(_models[which]); break;
            case What.Flush: OnFlush(); break;
            case What.AskAgain: Ask(_models[which]); break;
            case What.Wake when _wakeAt is { } wake && wake <= _now:
                _wakeAt = null;
                Carry(_ledger.Wake(_now));
                break;
        }
    }

    private void Schedule(TimeSpan at, What what, int which = 0) => _events.Enqueue((what, which), (Math.Max(at.Ticks, _now.Ticks), _eventNumber++));

    /// <summary>Lets into flight what has arrived and the window has room for.</summary>
    private void Reveal()
    {
        while (_next < _done.Length && (long)_next - _base < _trace.Window)
        {
            var request = _trace.Requests[_next];
            if (request.At > _now)
            {
                if (!_arrivalComes) Schedule(request.At, What.Arrive);
                _arrivalComes = true;
                break;
            }
            Enter(_next++, request);
        }
        Dispatch();
    }

    private void Enter(int number, TraceRequest request)
    {
        if (request.After >= 0 && !_done[request.After])
        {
            // One follower for each request: a frame has one way.
            _followers[request.After] = number;
            var via = _trace.Requests[request.After].Model;
            _models[request.Model].Follow(via, 1);
            _models[via].Followers.Add(request.Model);
            Report(_models[request.Model]);
        }
        else Enqueue(number);
    }

    private void Enqueue(int number)
    {
        var model = _models[_trace.Requests[number].Model];
        if (model.Refused)
        {
            Refuse(number);
            return;
        }
        model.Queue.Enqueue(number, number);
        Report(model);
        if (model.State == Phase.Ready) _ready.Enqueue(model.Index, number);
        else Ask(model);
    }

    private void Refuse(int number)
    {
        _books.Refuse();
        Conclude(number, refused: true);
    }

    private void Conclude(int number, bool refused)
    {
        _done[number] = true;
        if (_followers[number] is var follower && follower >= 0)
        {
            _models[_trace.Requests[follower].Model].Follow(_trace.Requests[number].Model, -1);
            if (refused) Refuse(follower);
            else Enqueue(follower);
        }
        while (_base < _done.Length && _done[_base]) _base++;
    }

    /// <summary>Idle lanes take the oldest work of the models that are ready.</summary>
    private void Dispatch()
    {
        while (_idleLanes > 0 && _ready.TryDequeue(out var index, out var number))
        {
            var model = _models[index];
            // Left over from before the model was drained, or taken already.
            if (model.State != Phase.Ready || !model.Queue.TryPeek(out var oldest, out _) || oldest != number) continue;
            model.Queue.Dequeue();
            if (model.Queue.TryPeek(out var following, out _)) _ready.Enqueue(index, following);
            _idleLanes--;
            model.Running++;
            _books.Run(model, 1);
            Schedule(_now + model.Model.RunTime, What.Ran, number);
        }
    }

    private void OnRan(int number)
    {
        var model = _models[_trace.Requests[number].Model];
        _idleLanes++;
        model.Running--;
        _books.Run(model, -1);
        _books.Done(_trace.Requests[number], _now);
        Conclude(number, refused: false);
        Reveal();
        Report(model);
        UnloadIfDrained(model);
    }
}
