using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Accuracy;

/// <summary>A labelled object in a picture.</summary>
/// <param name="Picture">Which picture.</param>
/// <param name="ClassIndex">Its class.</param>
/// <param name="Box">Where.</param>
/// <param name="Crowd">A region of many: finding it is neither right nor wrong.</param>
internal sealed record TruthBox(int Picture, int ClassIndex, BoundingBox Box, bool Crowd);

/// <summary>An object that was found in a picture.</summary>
internal sealed record FoundBox(int Picture, Detection Detection);

/// <summary>
/// Mean average precision as COCO defines it: for each class and each IoU of .50:.05:.95 the precision at 101 recalls, of at most 100
/// detections a picture, averaged over classes that occur. (COCO detection evaluation, metrics page; crowds are matched by the share of
/// the detection that lies in them and count as neither.)
/// </summary>
internal static class CocoEvaluator
{
    /// <summary>AP over all IoUs, and at IoU .50.</summary>
    public static (double Map, double Ap50) Evaluate(IReadOnlyList<TruthBox> truth, IReadOnlyList<FoundBox> found)
    {
        var byIou = new double[10];
        var classes = truth.Where(t => !t.Crowd).Select(t => t.ClassIndex).Distinct().ToArray();
        foreach (var index in classes)
        {
            var wanted = truth.Where(t => t.ClassIndex == index).ToArray();
            var given = found.Where(f => f.Detection.ClassIndex == index)
                .GroupBy(f => f.Picture).SelectMany(g => g.OrderByDescending(f => f.Detection.Score).Take(100))
                .OrderByDescending(f => f.Detection.Score).ToArray();
            for (var i = 0; i < byIou.Length; i++) byIou[i] += AveragePrecision(wanted, given, 0.5 + (0.05 * i));
        }
        return (byIou.Average() / classes.Length, byIou[0] / classes.Length);
    }

    private static double AveragePrecision(TruthBox[] wanted, FoundBox[] given, double iou)
    {
        var taken = new HashSet<TruthBox>(ReferenceEqualityComparer.Instance);
        var total = wanted.Count(w => !w.Crowd);
        var byPicture = wanted.ToLookup(w => w.Picture);
        int right = 0, wrong = 0;
        List<(double Recall, double Precision)> curve = [];
        foreach (var box in given)
        {
            var match = BestFree(byPicture[box.Picture], box.Detection.Box, iou, taken);
            if (match is { Crowd: true }) continue;
            if (match is null) wrong++;
            else
            {
                right++;
                taken.Add(match);
            }
            curve.Add(((double)right / total, (double)right / (right + wrong)));
        }
        for (var i = curve.Count - 2; i >= 0; i--) curve[i] = (curve[i].Recall, Math.Max(curve[i].Precision, curve[i + 1].Precision));
        double sum = 0;
        var at = 0;
        for (var step = 0; step <= 100; step++)
        {
            while (at < curve.Count && curve[at].Recall < step / 100.0) at++;
            if (at < curve.Count) sum += curve[at].Precision;
        }
        return sum / 101;
    }

    /// <summary>The free object that overlaps most and enough; else a crowd that does.</summary>
    private static TruthBox? BestFree(IEnumerable<TruthBox> wanted, BoundingBox box, double iou, HashSet<TruthBox> taken)
    {
        TruthBox? best = null;
        var overlap = Math.Min(iou, 1 - 1e-10);
        foreach (var candidate in wanted.Where(w => !taken.Contains(w)).OrderBy(w => w.Crowd))
        {
            if (best is { Crowd: false } && candidate.Crowd) break;
            var share = candidate.Crowd ? InsideShare(box, candidate.Box) : box.IntersectionOverUnion(candidate.Box);
            if (share < overlap) continue;
            (overlap, best) = (share, candidate);
        }
        return best;
    }

    private static double InsideShare(BoundingBox box, BoundingBox crowd)
    {
        var width = Math.Min(box.Right, crowd.Right) - Math.Max(box.Left, crowd.Left);
        var height = Math.Min(box.Bottom, crowd.Bottom) - Math.Max(box.Top, crowd.Top);
        return width <= 0 || height <= 0 || box.Area <= 0 ? 0 : width * height / box.Area;
    }
}
