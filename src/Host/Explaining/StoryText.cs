using System.Globalization;

namespace ActorPipeline.Hosting.Explaining;

/// <summary>A model's story for people: a few lines, each under a word.</summary>
internal static class StoryText
{
    private const int WordWidth = 9;

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(ModelStory story, DecisionHeader header)
    {
        yield return $"{story.Model} of {header.Configuration}, {Invariant($"{header.Start:yyyy-MM-dd HH:mm:ss}")} UTC";
        foreach (var (word, lines) in Parts(story, header))
        {
            var shown = word;
            foreach (var line in lines)
            {
                yield return shown.PadRight(WordWidth) + line;
                shown = "";
            }
        }
    }

    private static IEnumerable<(string Word, IEnumerable<string> Lines)> Parts(ModelStory story, DecisionHeader header)
    {
        yield return ("state", [State(story)]);
        if (story.LoadBytes is null && story.Denied.Count == 0 && story.Waited.Count == 0) yield break;
        yield return ("lease", Lease(story, header));
        yield return ("loads", [story.Loads.Count == 0 ? "none" : $"{story.Loads.Count}, {Took(story.Loads)}; {Times(story.Unloads)} unloaded again{Forms(story)}"]);
        yield return ("waits", Waits(story));
        yield return ("left", story.Left.All.Select(Left));
        yield return ("spared", story.Spared.All.Select(t => $"{t.Count} x when {t.Who ?? "a lowered budget"} needed room: {Reason(t.What)}"));
        yield return ("denied", story.Denied.All.Select(t => $"{t.Count} x {t.What}{Numbers(t)}; at last: {t.Reason}"));
        yield return ("failures", story.Failures.All.Select(t => $"{t.Count} x {t.What}; at last: {t.Reason}"));
    }

    private static string Forms(ModelStory story) => story.Variants.Count < 2 ? "" : $"; {string.Join(", ", story.Variants.Select(v => $"{v.Value} x as {v.Key}"))}";

    private static string State(ModelStory story)
    {
        var state = story.State == "never requested" ? "never requested: nothing wanted it" : story.State;
        var when = story.Over ? "at the end of the run" : "where the log ends";
        var reason = story.StateReason is { } why ? $" ({why})" : "";
        var share = story.RunMs > 0 ? story.HeldMs / story.RunMs : 0;
        return Invariant($"{state} {when}{reason}; held memory for {story.HeldMs / 1000:0.0} of {story.RunMs / 1000:0.0} s ({share:0 %})");
    }

    private static IEnumerable<string> Lease(ModelStory story, DecisionHeader header)
    {
        var effective = story.Budget is { } b && (b.Least < header.BudgetBytes || b.Most < header.BudgetBytes) ? $", of which the machine left {Size(b)}" : "";
        yield return $"{(story.LoadBytes is { } load ? $"{Size(load)} to load, {Size(story.ResidentBytes ?? load)} once loaded" : "never had one")}; the budget is {Size(header.BudgetBytes)}{effective}";
        if (story.Beside is not { } beside) yield break;
        yield return beside.Count == 0 ? "when it last had to wait, nobody else held anything" : $"when it last had to wait, others held {string.Join(", ", beside.Select(Held))}";
    }

    private static IEnumerable<string> Waits(ModelStory story)
    {
        if (story.Waits.Count == 0 && story.Waited.Count == 0) yield break;
        yield return story.Waits.Count == 0 ? "it was never granted a lease" : $"{Times(story.Waits.Count)} for its lease, {Took(story.Waits)}";
        if (story.Waited.Count > 0) yield return $"{story.Waited.Count} x there was no room at once{Numbers(story.Waited)}";
        foreach (var asked in story.Asked.All) yield return $"{asked.Count} x {asked.Who} was asked to leave for it{Cost(asked)}";
        foreach (var spared in story.CouldNotAsk.All) yield return $"{spared.Count} x {spared.Who} could not be asked: {Reason(spared.What)}";
    }

    private static string Left(Tally tally) => tally switch
    {
        { What: ModelStory.Room, Who: { } model } => $"{tally.Count} x {model} needed room{Numbers(tally)}{Cost(tally)}",
        { What: ModelStory.LoweredBudget } => $"{tally.Count} x the budget was lowered{(tally.Need is { } over ? $": {Size(over)} too much was charged" : "")}{Cost(tally)}",
        _ => $"{tally.Count} x {tally.What}",
    };

    private static string Held(Holding holding) => holding.Kind switch
    {
        "pool" => $"buffers of {holding.Name} {Size(holding.Bytes)}",
        "fixed" => $"fixed cost of {holding.Name} {Size(holding.Bytes)}",
        "shared" => $"shared weights {Size(holding.Bytes)}",
        "debt" => $"memory that did not come back {Size(holding.Bytes)}",
        _ => $"{holding.Name} {Size(holding.Bytes)}",
    };

    private static string Numbers(Tally tally) => tally is { Need: { } need, Free: { } free } ? $": {Size(need)} needed, {Size(free)} free" : "";

    private static string Cost(Tally tally) => tally.Frees is { } frees ? $"; that frees {Size(frees)}, and costs {Invariant($"{tally.Reload.P50:0} ms")} to load again" : "";

    /// <summary>A lease's phase is a word for programs.</summary>
    private static string Reason(string spared) => spared switch
    {
        "load" => "it was loading",
        "build" => "a worker was at it",
        "releasing" or "yields already" => "it was leaving already",
        "its turn lasts" => "its turn was not over",
        _ => spared,
    };

    private static string Took(Times times) => Invariant($"p50 {times.P50:0} ms, at most {times.Max:0} ms");

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";

    private static string Size(Spread span) => Size(span.Least) == Size(span.Most) ? Size(span.Most) : $"{Size(span.Least)} to {Size(span.Most)}";

    private static string Size(double bytes) => new Bytes((long)bytes).ToString();

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
