using System.Text.Json.Nodes;
using ActorPipeline.Vision;

namespace ActorPipeline.Hosting.Demo;

/// <summary>How good finds are against the truth. Pure.</summary>
/// <param name="Items">Items that count.</param>
/// <param name="Found">Those that were found.</param>
/// <param name="LabelledRight">Those of the found that were labelled rightly.</param>
/// <param name="FalseFinds">Finds where nothing is.</param>
internal sealed record TruthComparison(long Items, long Found, long LabelledRight, long FalseFinds)
{
    private const float Match = 0.5f;

    /// <summary>The share of the items that was found.</summary>
    public double FoundShare => Items > 0 ? (double)Found / Items : 0;

    /// <summary>The share of the found items that was labelled rightly.</summary>
    public double LabelledRightShare => Found > 0 ? (double)LabelledRight / Found : 0;

    /// <summary>Compares frame by frame; a frame without finds has missed all its items, and frames that were not run do not count.</summary>
    /// <param name="truth">Items by frame.</param>
    /// <param name="finds">Finds by frame, every frame that was run.</param>
    public static TruthComparison Of(
        IReadOnlyDictionary<long, IReadOnlyList<TruthItem>> truth, IReadOnlyDictionary<long, IReadOnlyList<Find>> finds)
    {
        var sum = new TruthComparison(0, 0, 0, 0);
        foreach (var (frame, found) in finds)
        {
            var one = OfFrame(truth.GetValueOrDefault(frame, []), found);
            sum = new TruthComparison(sum.Items + one.Items, sum.Found + one.Found, sum.LabelledRight + one.LabelledRight, sum.FalseFinds + one.FalseFinds);
        }
        return sum;
    }

    /// <summary>The best find chooses first: of the items that count and are free, the one it overlaps most.</summary>
    private static TruthComparison OfFrame(IReadOnlyList<TruthItem> items, IReadOnlyList<Find> finds)
    {
        var free = items.Where(i => !i.Ignore).ToList();
        var count = free.Count;
        long right = 0, wrong = 0;
        foreach (var find in finds.OrderByDescending(f => f.Score))
        {
            var item = free.Where(i => find.Box.IntersectionOverUnion(i.Box) >= Match).MaxBy(i => find.Box.IntersectionOverUnion(i.Box));
            if (item is not null)
            {
                free.Remove(item);
                if (item.Label == find.Label) right++;
            }
            else if (!items.Any(i => i.Ignore && Shows(find.Box, i.Box)))
            {
                wrong++;
            }
        }
        return new TruthComparison(count, count - free.Count, right, wrong);
    }

    /// <summary>A hidden item's box is small and uncertain, so a find that mostly lies in it may be it too.</summary>
    private static bool Shows(BoundingBox find, BoundingBox hidden)
    {
        if (find.IntersectionOverUnion(hidden) >= Match) return true;
        var width = Math.Min(find.Right, hidden.Right) - Math.Max(find.Left, hidden.Left);
        var height = Math.Min(find.Bottom, hidden.Bottom) - Math.Max(find.Top, hidden.Top);
        return width > 0 && height > 0 && width * height >= find.Area / 2;
    }

    /// <summary>For the summary.</summary>
    public JsonObject ToJson() => new()
    {
        ["items"] = Items,
        ["found"] = Found,
        ["foundShare"] = Math.Round(FoundShare, 4),
        ["labelledRight"] = LabelledRight,
        ["labelledRightShare"] = Math.Round(LabelledRightShare, 4),
        ["falseFinds"] = FalseFinds,
    };
}
