using ActorPipeline.Hosting.Running;
using ActorPipeline.Memory;

namespace ActorPipeline.Hosting.Display;

/// <summary>A value at a moment of the run.</summary>
/// <param name="Second">Since the run's start.</param>
/// <param name="Value">In the unit of its panel.</param>
internal readonly record struct TimedValue(double Second, double Value);

/// <summary>Who held how much from a moment on.</summary>
/// <param name="Second">Since the run's start.</param>
/// <param name="Held">MiB of each account, in the order of <see cref="TimelineData.Accounts"/>.</param>
internal sealed record HeldAt(double Second, double[] Held)
{
    public double Sum => Held.Sum();
}

/// <summary>A run on its own clock, in the units of the picture.</summary>
/// <param name="Seconds">How long it lasted.</param>
/// <param name="BudgetMiB">The budget.</param>
/// <param name="Accounts">Who held memory, lowest in the stack first.</param>
/// <param name="Held">Who held how much, when.</param>
/// <param name="Measured">Models and buffers as measured, MiB.</param>
/// <param name="InFlight">Frames in flight.</param>
internal sealed record TimelineData(
    double Seconds,
    double BudgetMiB,
    IReadOnlyList<TimelineData.Account> Accounts,
    IReadOnlyList<HeldAt> Held,
    IReadOnlyList<TimedValue> Measured,
    IReadOnlyList<TimedValue> InFlight)
{
    private const double MiB = 1024 * 1024;

    /// <summary>One account of the ledger.</summary>
    /// <param name="Name">A model's or pipeline's name.</param>
    /// <param name="Kind">Buffers, debt, or (resident) a model at any stage.</param>
    internal sealed record Account(string Name, ChargeKind Kind)
    {
        public string Title => Kind switch
        {
            ChargeKind.Pool => $"{Name}: buffers",
            ChargeKind.Debt => "did not come back",
            ChargeKind.Fixed or ChargeKind.Shared => $"{Name}: {Kind.ToString().ToLowerInvariant()}",
            _ => Name,
        };

        /// <summary>What lasts longest lies lowest, so that what comes and goes is on top.</summary>
        public int Rank => Kind switch { ChargeKind.Pool => 0, ChargeKind.Fixed => 1, ChargeKind.Shared => 2, ChargeKind.Debt => 4, _ => 3 };

        public static Account Of(Charge charge) => new(charge.Account, charge.Kind is ChargeKind.Build or ChargeKind.Load ? ChargeKind.Resident : charge.Kind);
    }

    /// <summary>Takes from a run's record what lies between its start and its end; the caller holds its gate.</summary>
    public static TimelineData Of(RunRecord record)
    {
        var start = record.Started ?? TimeSpan.Zero;
        var end = record.Ended ?? Latest(record, start);
        var seconds = Math.Max((end - start).TotalSeconds, 0);
        var accounts = record.LedgerPoints.SelectMany(p => p.Charges).Select(Account.Of).Distinct()
            .OrderBy(a => a.Rank).ThenBy(a => a.Name, StringComparer.Ordinal).ToArray();
        var index = accounts.Select((account, i) => (account, i)).ToDictionary(a => a.account, a => a.i);
        return new TimelineData(
            seconds,
            record.Budget.Count / MiB,
            accounts,
            Clip(record.LedgerPoints, p => p.At, p => Hold(p.Charges, index), (second, held) => new HeldAt(second, held), start, seconds),
            Clip(record.SamplePoints, p => p.At, p => p.Measured.Count / MiB, (second, value) => new TimedValue(second, value), start, seconds),
            Clip(record.FlightPoints, p => p.At, p => (double)p.InFlight, (second, value) => new TimedValue(second, value), start, seconds));
    }

    private static TimeSpan Latest(RunRecord record, TimeSpan start) => new[]
    {
        start,
        record.LedgerPoints.Select(p => p.At).LastOrDefault(),
        record.SamplePoints.Select(p => p.At).LastOrDefault(),
        record.FlightPoints.Select(p => p.At).LastOrDefault(),
    }.Max();

    private static double[] Hold(IReadOnlyList<Charge> charges, Dictionary<Account, int> index)
    {
        var held = new double[index.Count];
        foreach (var charge in charges) held[index[Account.Of(charge)]] += charge.Bytes.Total.Count / MiB;
        return held;
    }

    /// <summary>Points inside the run, led by what was so at its start.</summary>
    private static List<TOut> Clip<TIn, TValue, TOut>(
        List<TIn> points, Func<TIn, TimeSpan> at, Func<TIn, TValue> value, Func<double, TValue, TOut> make, TimeSpan start, double seconds)
    {
        var first = points.FindLastIndex(p => at(p) <= start);
        var clipped = new List<TOut>();
        for (var i = Math.Max(first, 0); i < points.Count; i++)
        {
            var second = Math.Max(0, (at(points[i]) - start).TotalSeconds);
            if (second <= seconds) clipped.Add(make(second, value(points[i])));
        }
        return clipped;
    }
}
