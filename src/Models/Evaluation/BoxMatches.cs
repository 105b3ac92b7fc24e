using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

/// <summary>One detection of a class, and what it is at each of the ten IoUs, a bit for each.</summary>
/// <param name="Answer">Whose it is, by index.</param>
/// <param name="Right">Where it found an object that no better one had found.</param>
/// <param name="Neither">Where it lies in a crowd, and counts as neither right nor wrong.</param>
internal readonly record struct BoxMatch(int Answer, ushort Right, ushort Neither);

/// <summary>A class: its objects and what was found of them.</summary>
/// <param name="Wanted">Its objects in each answer's picture, without crowds.</param>
/// <param name="Matches">All its detections, best first.</param>
internal sealed record ClassMatches(int[] Wanted, BoxMatch[] Matches);

/// <summary>
/// Which detections are right, as COCO defines it: at each IoU of .50:.05:.95, of at most 100 detections of a class in a picture, best
/// first, each takes the free object that it overlaps most and enough; a crowd is matched by the share of the detection that lies in it.
/// What a detection is depends on its own picture alone, so that samples of pictures need no matching anew.
/// </summary>
internal static class BoxMatches
{
    /// <summary>How many IoUs there are, from .50 in steps of .05.</summary>
    public const int Ious = 10;

    private const int MostDetections = 100;

    /// <summary>The classes that occur, and what was found of them.</summary>
    /// <param name="truth">The objects of each picture by its name. Answers to other pictures count for nothing.</param>
    /// <param name="answers">A detector's.</param>
    public static ClassMatches[] Find(IReadOnlyDictionary<string, IReadOnlyList<TruthBox>> truth, IReadOnlyList<Answer> answers)
    {
        var classes = answers.Where(a => truth.ContainsKey(a.Picture)).SelectMany(a => truth[a.Picture]).Where(t => !t.Crowd).Select(t => t.ClassIndex).Distinct();
        return [.. classes.Select(OfClass)];

        ClassMatches OfClass(int index)
        {
            var wanted = new int[answers.Count];
            List<(float Score, BoxMatch Match)> matches = [];
            for (var i = 0; i < answers.Count; i++)
            {
                if (!truth.TryGetValue(answers[i].Picture, out var objects)) continue;
                var ofClass = objects.Where(t => t.ClassIndex == index).OrderBy(t => t.Crowd).ToArray();
                wanted[i] = ofClass.Count(t => !t.Crowd);
                var given = answers[i].Detections.Where(d => d.ClassIndex == index).OrderByDescending(d => d.Score).Take(MostDetections).ToArray();
                matches.AddRange(given.Select(d => d.Score).Zip(Match(i, ofClass, given)));
            }
            return new ClassMatches(wanted, [.. matches.OrderByDescending(m => m.Score).Select(m => m.Match)]);
        }
    }

    /// <param name="answer">Whose they are.</param>
    /// <param name="wanted">A picture's objects of one class, crowds last.</param>
    /// <param name="given">Its detections of that class, best first.</param>
    private static BoxMatch[] Match(int answer, TruthBox[] wanted, Detection[] given)
    {
        var matches = new BoxMatch[given.Length];
        for (var d = 0; d < given.Length; d++) matches[d] = new BoxMatch(answer, 0, 0);
        for (var step = 0; step < Ious; step++)
        {
            var taken = new bool[wanted.Length];
            var bit = (ushort)(1 << step);
            for (var d = 0; d < given.Length; d++)
            {
                var match = BestFree(wanted, given[d].Box, 0.5 + (0.05 * step), taken);
                if (match < 0) continue;
                taken[match] = !wanted[match].Crowd;
                matches[d] = wanted[match].Crowd ? matches[d] with { Neither = (ushort)(matches[d].Neither | bit) } : matches[d] with { Right = (ushort)(matches[d].Right | bit) };
            }
        }
        return matches;
    }

    /// <summary>The free object that overlaps most and enough; else a crowd that does; else -1.</summary>
    private static int BestFree(TruthBox[] wanted, BoundingBox box, double iou, bool[] taken)
    {
        var best = -1;
        var overlap = Math.Min(iou, 1 - 1e-10);
        for (var i = 0; i < wanted.Length; i++)
        {
            if (taken[i]) continue;
            if (best >= 0 && !wanted[best].Crowd && wanted[i].Crowd) break;
            var share = wanted[i].Crowd ? InsideShare(box, wanted[i].Box) : box.IntersectionOverUnion(wanted[i].Box);
            // A box that is no number overlaps nothing.
            if (!(share >= overlap)) continue;
            (overlap, best) = (share, i);
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
