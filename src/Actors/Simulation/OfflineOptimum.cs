using System.Numerics;

namespace ActorPipeline.Simulation;

/// <summary>
/// The least time that loads can take on a trace for somebody who knows all of it, with the freedom that a run has: requests in flight may
/// be served in any order, every one whose model is loaded is served at once, and a model that is asked for by one in flight may be
/// loaded, whatever has to leave for it. Exact: all that can be done is tried, states that are alike once.
/// </summary>
/// <remarks>
/// At most <see cref="MostModels"/> models that are asked for, a window of <see cref="MostInFlight"/>, and as many states as the caller
/// grants. Loads cost their load time; runs and unloads cost nothing. While a model loads it holds its load lease, afterwards its resident
/// lease. Keeping more never costs more, so of all ways to make room only those are tried of which no part would do.
/// </remarks>
public static class OfflineOptimum
{
    /// <summary>Most models that a trace may ask for.</summary>
    public const int MostModels = 16;

    /// <summary>Most requests in flight.</summary>
    public const int MostInFlight = 24;

    /// <summary>The least time loads can take.</summary>
    /// <param name="trace">The trace; arrival times count for nothing, their order does.</param>
    /// <param name="mostStates">States to look at before giving up; some 100 bytes each.</param>
    /// <returns>Null where the trace is beyond the limits, or asks for a model that never fits (alone, or beside pinned ones).</returns>
    public static TimeSpan? Of(WorkloadTrace trace, int mostStates = 2_000_000)
    {
        var asked = trace.Requests.Select(r => r.Model).Distinct().ToArray();
        var window = Math.Min(trace.Window, trace.Requests.Count);
        if (asked.Length > MostModels || window > MostInFlight) return null;
        return new Search(trace, asked, window).Run(mostStates);
    }

    /// <summary>Where a schedule stands when nothing in flight can be served without a load.</summary>
    /// <param name="Base">The oldest request that is not done.</param>
    /// <param name="Served">Those after it that are done: bit k for request Base + k.</param>
    /// <param name="Resident">The models in memory.</param>
    private readonly record struct State(int Base, uint Served, uint Resident);

    private sealed class Search
    {
        private readonly WorkloadTrace _trace;
        private readonly int _window;
        private readonly int[] _model;
        private readonly PoolVector[] _load;
        private readonly PoolVector[] _resident;
        private readonly long[] _cost;
        private readonly PoolVector?[] _held;
        private readonly uint _pinned;
        private readonly Dictionary<(uint Resident, int Model), uint[]> _ways = [];

        public Search(WorkloadTrace trace, int[] asked, int window)
        {
            (_trace, _window) = (trace, window);
            _model = [.. trace.Requests.Select(r => Array.IndexOf(asked, r.Model))];
            _load = [.. asked.Select(m => trace.Models[m].Footprint.LoadLease(trace.Lanes))];
            _resident = [.. asked.Select(m => trace.Models[m].Footprint.ResidentLease(trace.Lanes))];
            _cost = [.. asked.Select(m => trace.Models[m].LoadTime.Ticks)];
            _held = new PoolVector?[1 << asked.Length];
            for (var m = 0; m < asked.Length; m++)
                if (trace.Models[asked[m]].Pin) _pinned |= 1u << m;
        }

        public TimeSpan? Run(int mostStates)
        {
            if (_load.Any(l => !l.FitsIn(_trace.Budget))) return null;
            // Every load lets at least one more request be served, so that states come in layers by how many are.
            var layers = new Dictionary<State, long>?[_model.Length + 1];
            var start = Serve(new State(0, 0, 0));
            layers[Count(start)] = new() { [start] = 0 };
            var states = 1;
            for (var served = 0; served < _model.Length; served++)
            {
                if (layers[served] is not { } layer) continue;
                foreach (var (state, cost) in layer)
                {
                    for (var pending = Pending(state); pending != 0; pending &= pending - 1)
                    {
                        var model = BitOperations.TrailingZeroCount(pending);
                        foreach (var kept in Ways(state.Resident, model))
                        {
                            var next = Serve(state with { Resident = kept | (1u << model) });
                            var into = layers[Count(next)] ??= [];
                            ref var least = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(into, next, out var known);
                            var sum = cost + _cost[model];
                            if (!known || sum < least) least = sum;
                            if (!known && ++states > mostStates) return null;
                        }
                    }
                }
                layers[served] = null;
            }
            return layers[_model.Length] is { } done ? TimeSpan.FromTicks(done.Values.Min()) : null;
        }

        private static int Count(State state) => state.Base + BitOperations.PopCount(state.Served);

        private bool IsServed(State state, int request) => request < state.Base || (state.Served >> (request - state.Base) & 1) != 0;

        /// <summary>Serves all that can be without a load.</summary>
        private State Serve(State state)
        {
            for (var more = true; more;)
            {
                more = false;
                var end = Math.Min(state.Base + _window, _model.Length);
                for (var i = state.Base; i < end; i++)
                {
                    if ((state.Resident >> _model[i] & 1) == 0 || IsServed(state, i) || !MayRun(state, i)) continue;
                    state = state with { Served = state.Served | (1u << (i - state.Base)) };
                    more = true;
                }
                var done = BitOperations.TrailingZeroCount(~state.Served);
                // The window moves; what comes into sight may be for a model that is there.
                if (done > 0) state = state with { Base = state.Base + done, Served = state.Served >> done };
            }
            return state.Base == _model.Length ? new State(state.Base, 0, 0) : state;
        }

        private bool MayRun(State state, int request) => _trace.Requests[request].After is var after && (after < 0 || IsServed(state, after));

        /// <summary>Models that something in flight waits for.</summary>
        private uint Pending(State state)
        {
            uint pending = 0;
            var end = Math.Min(state.Base + _window, _model.Length);
            for (var i = state.Base; i < end; i++)
                if (!IsServed(state, i) && MayRun(state, i)) pending |= 1u << _model[i];
            return pending & ~state.Resident;
        }

        /// <summary>What can stay while a model loads: each set to which nothing could be added.</summary>
        private uint[] Ways(uint resident, int model)
        {
            if (_ways.TryGetValue((resident, model), out var known)) return known;
            var room = _trace.Budget - _load[model];
            var ways = new List<uint>();
            for (var kept = resident; ; kept = (kept - 1) & resident)
            {
                if ((resident & _pinned & ~kept) == 0 && Held(kept).FitsIn(room) && !ways.Exists(w => (w & kept) == kept)) ways.Add(kept);
                if (kept == 0) break;
            }
            return _ways[(resident, model)] = [.. ways];
        }

        private PoolVector Held(uint set)
        {
            if (set == 0) return PoolVector.Zero;
            return _held[set] ??= Held(set & (set - 1)) + _resident[BitOperations.TrailingZeroCount(set)];
        }
    }
}
