namespace ActorPipeline.ClusterTests;

/// <summary>Lines as they come, and those who wait for one.</summary>
internal sealed class OutputLog
{
    private readonly Lock _gate = new();
    private readonly List<OutputLine> _lines = [];
    private readonly List<(Func<OutputLine, bool> Wanted, TaskCompletionSource<OutputLine?> Answer)> _waiting = [];
    private bool _complete;

    /// <summary>All so far.</summary>
    public OutputLine[] ToArray()
    {
        lock (_gate) return [.. _lines];
    }

    public void Add(OutputLine line)
    {
        lock (_gate)
        {
            _lines.Add(line);
            _waiting.RemoveAll(w =>
            {
                try
                {
                    return w.Wanted(line) && w.Answer.TrySetResult(line);
                }
                catch (Exception e)
                {
                    return w.Answer.TrySetException(e);
                }
            });
        }
    }

    /// <summary>No more will come.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _complete = true;
            foreach (var (_, answer) in _waiting) answer.TrySetResult(null);
            _waiting.Clear();
        }
    }

    /// <summary>The first from a number on; null where none came and none will.</summary>
    public Task<OutputLine?> FirstAsync(Func<OutputLine, bool> wanted, int from)
    {
        lock (_gate)
        {
            if (_lines.Skip(from).FirstOrDefault(wanted) is { } line) return Task.FromResult<OutputLine?>(line);
            if (_complete) return Task.FromResult<OutputLine?>(null);
            var answer = new TaskCompletionSource<OutputLine?>(TaskCreationOptions.RunContinuationsAsynchronously);
            // Lines that are to be passed over may still be to come.
            var over = from - _lines.Count;
            _waiting.Add((line => over-- <= 0 && wanted(line), answer));
            return answer.Task;
        }
    }
}
