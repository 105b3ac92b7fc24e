namespace ActorPipeline.Memory;

/// <summary>Searches for the cheapest candidates that together free what is missing, in every pool that is short.</summary>
internal ref struct Cover
{
    /// <summary>Room beyond what is missing is of use as well (the next one who waits needs none made), up to so many times as much.</summary>
    private const long UsefulRoom = 10;

    private readonly int _pools;
    private readonly ReadOnlySpan<Residency> _candidates;
    private readonly ReadOnlySpan<double> _values;
    private readonly Span<bool> _chosen;
    private readonly Span<long> _missing;
    private readonly Span<long> _freed;
    private readonly Span<long> _bytes;

    /// <param name="missing">What does not fit, pool by pool.</param>
    /// <param name="candidates">Who may go.</param>
    /// <param name="values">What each is worth.</param>
    /// <param name="scratch">Room for (candidates + 2) x pools numbers.</param>
    /// <param name="chosen">Gets who goes.</param>
    public Cover(PoolVector missing, ReadOnlySpan<Residency> candidates, ReadOnlySpan<double> values, Span<long> scratch, Span<bool> chosen)
    {
        _candidates = candidates;
        _values = values;
        _chosen = chosen;
        _pools = scratch.Length / (candidates.Length + 2);
        _missing = scratch[.._pools];
        _freed = scratch.Slice(_pools, _pools);
        _bytes = scratch[(2 * _pools)..];
        _chosen.Clear();
        _freed.Clear();
        var pool = 0;
        foreach (var (name, bytes) in missing)
        {
            if (bytes <= Bytes.Zero) continue;
            _missing[pool] = bytes.Count;
            for (var i = 0; i < candidates.Length; i++) _bytes[(i * _pools) + pool] = candidates[i].Bytes[name].Count;
            pool++;
        }
    }

    /// <summary>Pools that are short.</summary>
    public static int PoolsOf(PoolVector missing)
    {
        var pools = 0;
        foreach (var (_, bytes) in missing)
            if (bytes > Bytes.Zero) pools++;
        return pools;
    }

    /// <summary>Whether all candidates together suffice.</summary>
    public readonly bool IsPossible
    {
        get
        {
            for (var p = 0; p < _pools; p++)
            {
                long sum = 0;
                for (var i = 0; i < _candidates.Length; i++) sum += _bytes[(i * _pools) + p];
                if (sum < _missing[p]) return false;
            }
            return true;
        }
    }

    /// <summary>Takes again and again the one that is worth least for what it adds, and spares at the end what is superfluous.</summary>
    public void Greedy()
    {
        while (!Suffices())
        {
            var (best, least) = (-1, double.PositiveInfinity);
            for (var i = 0; i < _candidates.Length; i++)
            {
                if (_chosen[i] || Helps(i) is var part && part <= 0) continue;
                var price = _values[i] / part;
                if (price < least || (price == least && IsBefore(i, best))) (best, least) = (i, price);
            }
            Take(best, 1);
        }
        Spare();
        ReplaceBySingle();
    }

    /// <summary>Tries every combination; for few candidates.</summary>
    public void TryAll()
    {
        Span<int> order = stackalloc int[_candidates.Length];
        for (var i = 0; i < order.Length; i++)
        {
            var at = i;
            for (; at > 0 && IsBefore(i, order[at - 1]); at--) order[at] = order[at - 1];
            order[at] = i;
        }
        var (best, set) = (double.PositiveInfinity, 0);
        TryFrom(order, 0, 0, 0, ref best, ref set);
        for (var i = 0; i < order.Length; i++) _chosen[order[i]] = (set >> i & 1) != 0;
    }

    private readonly void TryFrom(ReadOnlySpan<int> order, int from, double value, int set, ref double best, ref int bestSet)
    {
        if (value >= best) return;
        if (Suffices())
        {
            (best, bestSet) = (value, set);
            return;
        }
        for (var i = from; i < order.Length; i++)
        {
            if (Helps(order[i]) <= 0) continue;
            Free(order[i], 1);
            TryFrom(order, i + 1, value + _values[order[i]], set | (1 << i), ref best, ref bestSet);
            Free(order[i], -1);
        }
    }

    /// <summary>The dearest first.</summary>
    private void Spare()
    {
        for (; ; )
        {
            var dearest = -1;
            for (var i = 0; i < _candidates.Length; i++)
            {
                if (!_chosen[i] || (dearest >= 0 && _values[i] <= _values[dearest])) continue;
                Free(i, -1);
                if (Suffices()) dearest = i;
                Free(i, 1);
            }
            if (dearest < 0) return;
            Take(dearest, -1);
        }
    }

    private void ReplaceBySingle()
    {
        double sum = 0;
        for (var i = 0; i < _candidates.Length; i++)
            if (_chosen[i]) sum += _values[i];
        var single = -1;
        for (var i = 0; i < _candidates.Length; i++)
            if (_values[i] < sum && SufficesAlone(i)) (single, sum) = (i, _values[i]);
        if (single < 0) return;
        _chosen.Clear();
        _chosen[single] = true;
    }

    private void Take(int candidate, int sign)
    {
        _chosen[candidate] = sign > 0;
        Free(candidate, sign);
    }

    private readonly void Free(int candidate, int sign)
    {
        for (var p = 0; p < _pools; p++) _freed[p] += sign * _bytes[(candidate * _pools) + p];
    }

    private readonly bool Suffices()
    {
        for (var p = 0; p < _pools; p++)
            if (_freed[p] < _missing[p]) return false;
        return true;
    }

    private readonly bool SufficesAlone(int candidate)
    {
        for (var p = 0; p < _pools; p++)
            if (_bytes[(candidate * _pools) + p] < _missing[p]) return false;
        return true;
    }

    /// <summary>What it would free, over what is missing, summed over the pools; room beyond that counts up to <see cref="UsefulRoom"/>.</summary>
    private readonly double Helps(int candidate)
    {
        double part = 0;
        for (var p = 0; p < _pools; p++)
        {
            var left = _missing[p] - _freed[p];
            if (left > 0) part += Math.Min(_bytes[(candidate * _pools) + p], left * UsefulRoom) / (double)_missing[p];
        }
        return part;
    }

    private readonly bool IsBefore(int a, int b) => b < 0 || _candidates[a].Lease.Number < _candidates[b].Lease.Number;
}
