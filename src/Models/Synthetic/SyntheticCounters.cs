namespace ActorPipeline.Synthetic;

/// <summary>What happened to a synthetic model over all its loads. With real sessions the second and third rows end the process.</summary>
public sealed class SyntheticCounters
{
    private readonly Lock _gate = new();
    private int _loadAttempts, _loads, _disposals, _runs, _runsAfterDispose, _disposedWhileRunning, _active, _maxConcurrent, _waiting, _terminations;

    /// <summary>Loads begun, failed ones included.</summary>
    public int LoadAttempts => Get(ref _loadAttempts);

    /// <summary>Loads that succeeded.</summary>
    public int Loads => Get(ref _loads);

    /// <summary>Loaded models disposed.</summary>
    public int Disposals => Get(ref _disposals);

    /// <summary>Loaded and not disposed.</summary>
    public int Resident
    {
        get { lock (_gate) return _loads - _disposals; }
    }

    /// <summary>Runs begun.</summary>
    public int Runs => Get(ref _runs);

    /// <summary>Runs asked of a disposed model. Must stay zero.</summary>
    public int RunsAfterDispose => Get(ref _runsAfterDispose);

    /// <summary>Disposals while runs were going on. Must stay zero, but for a lost lane.</summary>
    public int DisposedWhileRunning => Get(ref _disposedWhileRunning);

    /// <summary>Runs going on now.</summary>
    public int ActiveRuns => Get(ref _active);

    /// <summary>The most runs that went on at once.</summary>
    public int MaxConcurrentRuns => Get(ref _maxConcurrent);

    /// <summary>Terminations that met a run.</summary>
    public int Terminations => Get(ref _terminations);

    /// <summary>Loads and runs that now wait on the clock or hang: when it is reached, virtual time may be advanced.</summary>
    public int Waiting => Get(ref _waiting);

    internal int LoadStarted()
    {
        lock (_gate) return _loadAttempts++;
    }

    internal void Loaded() => Add(ref _loads, 1);

    internal void Waits(int difference) => Add(ref _waiting, difference);

    internal void Terminated() => Add(ref _terminations, 1);

    internal long RunStarted()
    {
        lock (_gate)
        {
            _maxConcurrent = Math.Max(_maxConcurrent, ++_active);
            return _runs++;
        }
    }

    internal void RunEnded() => Add(ref _active, -1);

    internal void RunAfterDispose() => Add(ref _runsAfterDispose, 1);

    internal void Disposed(bool whileRunning)
    {
        lock (_gate)
        {
            _disposals++;
            if (whileRunning) _disposedWhileRunning++;
        }
    }

    private int Get(ref int counter)
    {
        lock (_gate) return counter;
    }

    private void Add(ref int counter, int difference)
    {
        lock (_gate) counter += difference;
    }
}
