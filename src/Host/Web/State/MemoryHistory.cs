using ActorPipeline.Memory;

namespace ActorPipeline.Hosting.Web;

/// <summary>Who held which bytes at one moment.</summary>
/// <param name="Number">Counts points, from 1.</param>
/// <param name="At">On the actors' clock.</param>
/// <param name="Charges">Bytes by who holds them.</param>
/// <param name="Measured">Model memory and buffers as measured last.</param>
/// <param name="Budget">What might be charged.</param>
internal sealed record MemoryPoint(long Number, TimeSpan At, IReadOnlyList<KeyValuePair<string, long>> Charges, long Measured, long Budget);

/// <summary>
/// The last minutes of the ledger: a point where something changed, ten a second at most, so that a model that comes and goes is seen. Where a
/// tenth of a second has more changes than one, it shows how it ended.
/// </summary>
internal sealed class MemoryHistory
{
    /// <summary>How far back it goes.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Measured memory that changed by less has not changed.</summary>
    private const long LeastChange = 256 * 1024;

    private readonly ChargeView _view = new();
    private readonly Queue<MemoryPoint> _points = new();
    private TimeSpan? _since;
    private long _number;
    private Bytes _measured;

    /// <summary>The number of the last point.</summary>
    public long Number => _number;

    /// <summary>What may be charged now.</summary>
    public Bytes Budget { get; private set; }

    /// <summary>What is charged now.</summary>
    public Bytes Charged { get; private set; }

    /// <summary>Model memory and buffers as measured last.</summary>
    public Bytes Measured => _measured;

    /// <summary>Every charge.</summary>
    public IReadOnlyCollection<Charge> Charges => _view.Charges;

    public void Begin() => _view.Clear();

    public void Apply(LedgerChanged changed)
    {
        Close(changed.At);
        _view.Apply(changed.Change);
        (Charged, Budget) = (changed.Charged, changed.Budget);
        _since ??= changed.At;
    }

    public void Apply(MemorySampled sampled)
    {
        Close(sampled.At);
        var measured = sampled.Anonymous + sampled.Pools;
        if (Math.Abs(measured.Count - _measured.Count) > LeastChange) _since ??= sampled.At;
        (_measured, Budget) = (measured, sampled.Budget);
    }

    public void Apply(BudgetChanged changed)
    {
        Close(changed.At);
        Budget = changed.Budget;
        _since ??= changed.At;
    }

    /// <summary>The points after one of that number, the present included.</summary>
    public IReadOnlyList<MemoryPoint> After(long number, TimeSpan now)
    {
        Close(now);
        return [.. _points.SkipWhile(p => p.Number <= number)];
    }

    private void Close(TimeSpan now)
    {
        if (_since is not { } since || now - since < Step) return;
        _since = null;
        _points.Enqueue(new MemoryPoint(++_number, since, [.. Grouped()], _measured.Count, Budget.Count));
        while (_points.Count > 0 && now - _points.Peek().At > Reach) _points.Dequeue();
    }

    /// <summary>By who holds them: a model's leases together, whatever their phase.</summary>
    private IEnumerable<KeyValuePair<string, long>> Grouped() => _view.Charges
        .GroupBy(NameOf).Select(g => KeyValuePair.Create(g.Key, g.Sum(c => c.Bytes.Total.Count))).OrderBy(p => p.Key, StringComparer.Ordinal);

    private static string NameOf(Charge charge) => charge.Kind switch
    {
        ChargeKind.Pool => $"buffers: {charge.Account}",
        ChargeKind.Fixed => "fixed cost",
        ChargeKind.Shared => "shared weights",
        ChargeKind.Debt => "debt",
        ChargeKind.Build => $"build: {charge.Account}",
        _ => charge.Account,
    };
}
