using ActorPipeline.Hosting.Running;

namespace ActorPipeline.Hosting.Explaining;

/// <summary>The least and the most of some numbers.</summary>
internal readonly record struct Spread(double Least, double Most)
{
    /// <summary>With another number in it; null is the span of none.</summary>
    public static Spread With(Spread? span, double value) => span is { } s ? new(Math.Min(s.Least, value), Math.Max(s.Most, value)) : new(value, value);
}

/// <summary>Something that happened several times, with what was needed and free each time.</summary>
/// <param name="what">What happened.</param>
/// <param name="who">To which model, or for which; null where it was for none.</param>
internal sealed class Tally(string what, string? who)
{
    /// <summary>What happened.</summary>
    public string What => what;

    /// <summary>To which model, or for which; null where it was for none.</summary>
    public string? Who => who;

    /// <summary>How often.</summary>
    public int Count { get; private set; }

    /// <summary>What was needed; null where nobody said.</summary>
    public Spread? Need { get; private set; }

    /// <summary>What was free; null where nobody said.</summary>
    public Spread? Free { get; private set; }

    /// <summary>What leaving freed; null where nobody was to leave.</summary>
    public Spread? Frees { get; private set; }

    /// <summary>How long it was expected to take to load what left again.</summary>
    public Times Reload { get; } = new();

    /// <summary>The last reason, in words.</summary>
    public string? Reason { get; private set; }

    /// <summary>It happened again.</summary>
    /// <param name="numbers">What was needed and free; null where nobody said.</param>
    /// <param name="reason">Why, in words.</param>
    /// <param name="left">Who was to leave because of it; null for nobody.</param>
    public void Add(DecisionNumbers? numbers, string? reason = null, ConsideredLine? left = null)
    {
        Count++;
        Reason = reason ?? Reason;
        if (left is not null)
        {
            Frees = Spread.With(Frees, left.Bytes);
            Reload.Add(left.ReloadMs);
        }
        if (numbers is not null) (Need, Free) = (Spread.With(Need, numbers.Need), Spread.With(Free, numbers.Free));
    }
}

/// <summary>Tallies by what and who, the most frequent first.</summary>
internal sealed class Tallies
{
    private readonly Dictionary<(string What, string? Who), Tally> _tallies = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<Tally> All => [.. _tallies.Values.OrderByDescending(t => t.Count).ThenBy(t => t.What, StringComparer.Ordinal).ThenBy(t => t.Who, StringComparer.Ordinal)];

    /// <summary>How often altogether.</summary>
    public int Count => _tallies.Values.Sum(t => t.Count);

    /// <summary>The tally of something, begun where it is new.</summary>
    public Tally Of(string what, string? who = null)
    {
        if (!_tallies.TryGetValue((what, who), out var tally)) _tallies.Add((what, who), tally = new Tally(what, who));
        return tally;
    }
}

/// <summary>Times of one kind.</summary>
internal sealed class Times
{
    private readonly List<double> _values = [];

    /// <summary>How many.</summary>
    public int Count => _values.Count;

    /// <summary>The median in milliseconds; zero for none.</summary>
    public double P50 => RunSummary.Percentile(_values, 0.5);

    /// <summary>The longest in milliseconds; zero for none.</summary>
    public double Max => _values.DefaultIfEmpty().Max();

    /// <summary>One more.</summary>
    public void Add(double ms) => _values.Add(ms);
}
