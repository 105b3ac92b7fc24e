using ActorPipeline.Memory;

namespace ActorPipeline.Metering;

/// <summary>Charges, as they are told one by one, as levels for each account, kind and pool: says which of these have changed. What was charged once is told as zero from then on. Pure.</summary>
internal sealed class ChargeLevels
{
    private readonly ChargeView _view = new();
    private readonly Dictionary<(string Account, ChargeKind Kind, MemoryPool Pool), Bytes> _levels = [];

    /// <summary>A charge has changed; it may have changed its kind.</summary>
    public IReadOnlyList<ChargeLevel> Apply(Charge change)
    {
        _view.Apply(change);
        var now = new Dictionary<(string Account, ChargeKind Kind, MemoryPool Pool), Bytes>();
        foreach (var charge in _view.Charges)
        {
            if (charge.Account != change.Account) continue;
            foreach (var (pool, bytes) in charge.Bytes)
                now[(charge.Account, charge.Kind, pool)] = now.GetValueOrDefault((charge.Account, charge.Kind, pool)) + bytes;
        }
        foreach (var key in _levels.Keys)
            if (key.Account == change.Account) now.TryAdd(key, Bytes.Zero);
        return Differing(now);
    }

    /// <summary>Nothing is charged any more.</summary>
    public IReadOnlyList<ChargeLevel> Clear()
    {
        _view.Clear();
        return Differing(_levels.Keys.ToDictionary(key => key, _ => Bytes.Zero));
    }

    private List<ChargeLevel> Differing(Dictionary<(string Account, ChargeKind Kind, MemoryPool Pool), Bytes> now)
    {
        var changed = new List<ChargeLevel>();
        foreach (var (key, bytes) in now)
        {
            if (_levels.TryGetValue(key, out var before) && before == bytes) continue;
            _levels[key] = bytes;
            changed.Add(new ChargeLevel(key.Account, key.Kind, key.Pool, bytes));
        }
        return changed;
    }
}
