namespace ActorPipeline.Simulation;

/// <summary>A request of a sequence that has no time yet.</summary>
/// <param name="Time">When, in units of the sequence's own.</param>
/// <param name="Model">Its model.</param>
/// <param name="After">The earlier request it follows; -1 for none.</param>
internal readonly record struct SequencedRequest(double Time, int Model, int After = -1);

/// <summary>Which models are asked for in which order: one way for each <see cref="TraceFamily"/>.</summary>
internal static class RequestSequence
{
    private const double ZipfExponent = 0.9;
    private const int BurstLength = 12;
    private const double Days = 2;

    public static IReadOnlyList<SequencedRequest> Of(TraceRecipe recipe, TraceModel[] models, Random random) => recipe.Family switch
    {
        TraceFamily.Steady => Steady(recipe, random),
        TraceFamily.Bursty => Bursty(recipe, random),
        TraceFamily.Diurnal => Diurnal(recipe, random),
        TraceFamily.Adversarial => Adversarial(recipe, models, random),
        _ => Pipelines(recipe, random),
    };

    /// <summary>Popularity by Zipf's law, handed out at random; sums to 1.</summary>
    internal static double[] Popularity(int models, Random random)
    {
        var shares = Enumerable.Range(1, models).Select(rank => Math.Pow(rank, -ZipfExponent)).ToArray();
        random.Shuffle(shares);
        var sum = shares.Sum();
        return [.. shares.Select(s => s / sum)];
    }

    private static List<SequencedRequest> Steady(TraceRecipe recipe, Random random)
    {
        var periods = Popularity(recipe.Models, random).Select(p => 1 / p).ToArray();
        var next = new PriorityQueue<int, double>();
        for (var m = 0; m < periods.Length; m++) next.Enqueue(m, periods[m] * random.NextDouble());
        var requests = new List<SequencedRequest>(recipe.Requests);
        while (requests.Count < recipe.Requests && next.TryDequeue(out var model, out var time))
        {
            requests.Add(new SequencedRequest(time, model));
            next.Enqueue(model, time + (periods[model] * (0.8 + (0.4 * random.NextDouble()))));
        }
        return requests;
    }

    /// <summary>Bursts of one model each, 1 to twice <see cref="BurstLength"/> long; a few overlap at any time.</summary>
    private static List<SequencedRequest> Bursty(TraceRecipe recipe, Random random)
    {
        var draw = new Draw(Popularity(recipe.Models, random));
        var requests = new List<SequencedRequest>(recipe.Requests + (2 * BurstLength));
        for (var begin = 0.0; requests.Count < recipe.Requests; begin += BurstLength * -Math.Log(1 - random.NextDouble()))
        {
            var model = draw.Next(random);
            var length = random.Next(1, 2 * BurstLength);
            for (var (time, i) = (begin, 0); i < length; i++, time += 2.0 * random.NextDouble()) requests.Add(new SequencedRequest(time, model));
        }
        return InOrder(requests, recipe.Requests);
    }

    private static List<SequencedRequest> Diurnal(TraceRecipe recipe, Random random)
    {
        var popularity = Popularity(recipe.Models, random);
        var noon = popularity.Select(_ => random.NextDouble()).ToArray();
        var draw = new Draw(popularity);
        var requests = new List<SequencedRequest>(recipe.Requests);
        for (var time = 0.0; requests.Count < recipe.Requests; time += -Math.Log(1 - random.NextDouble()))
        {
            // Thinned: at its midnight a model is hardly asked for, at its noon as often as it is popular.
            var model = draw.Next(random);
            var day = Days * requests.Count / recipe.Requests;
            var light = 0.5 + (0.5 * Math.Cos(2 * Math.PI * (day - noon[model])));
            if (random.NextDouble() < light * light * light) requests.Add(new SequencedRequest(time, model));
        }
        return requests;
    }

    /// <summary>Phases of some hundred requests: each a scan, an alternation, or a scan of large models through small ones in use.</summary>
    private static List<SequencedRequest> Adversarial(TraceRecipe recipe, TraceModel[] models, Random random)
    {
        var bySize = Enumerable.Range(0, models.Length).OrderBy(m => models[m].Footprint.LoadLease(recipe.Lanes).Total.Count).ToArray();
        var order = Enumerable.Range(0, models.Length).ToArray();
        random.Shuffle(order);
        var all = models.Sum(m => (double)m.Footprint.LoadLease(recipe.Lanes).Total.Count);
        var requests = new List<SequencedRequest>(recipe.Requests);
        var kind = random.Next(3);
        while (requests.Count < recipe.Requests)
        {
            var end = Math.Min(recipe.Requests, requests.Count + Math.Max(20, Math.Min(recipe.Requests / 3, models.Length * 10)));
            var scan = SlightlyTooMany(order, models, all * recipe.Memory, recipe.Lanes);
            for (var i = 0; requests.Count < end; i++)
            {
                var model = kind switch
                {
                    0 => scan[i % scan.Length],
                    1 => order[(i % 2 == 0 ? i / 2 : (i / 2) + (order.Length / 2)) / 3 % order.Length],
                    _ => i % 4 == 3 ? bySize[^(1 + (i / 4 % Math.Max(1, models.Length / 4)))] : bySize[random.Next(Math.Max(1, models.Length / 2))],
                };
                requests.Add(new SequencedRequest(requests.Count, model));
            }
            kind = (kind + 1) % 3;
        }
        return requests;
    }

    private static int[] SlightlyTooMany(int[] order, TraceModel[] models, double bytes, int lanes)
    {
        var count = 0;
        for (double held = 0; count < order.Length && held <= bytes; count++) held += models[order[count]].Footprint.LoadLease(lanes).Total.Count;
        return order[..Math.Max(2, count)];
    }

    /// <summary>A camera for every three models: a detector that cameras may share, and two or so classifiers of its own choice.</summary>
    private static List<SequencedRequest> Pipelines(TraceRecipe recipe, Random random)
    {
        var detectors = Math.Max(1, recipe.Models / 4);
        var cameras = Math.Max(1, recipe.Models / 3);
        var detector = Enumerable.Range(0, cameras).Select(_ => random.Next(detectors)).ToArray();
        var classifiers = Enumerable.Range(0, cameras).Select(_ => new[] { random.Next(detectors, recipe.Models), random.Next(detectors, recipe.Models) }).ToArray();
        var periods = Popularity(cameras, random).Select(p => 1 / p).ToArray();
        var next = new PriorityQueue<int, double>();
        for (var c = 0; c < cameras; c++) next.Enqueue(c, periods[c] * random.NextDouble());
        var requests = new List<SequencedRequest>(recipe.Requests + 1);
        while (requests.Count < recipe.Requests && next.TryDequeue(out var camera, out var time))
        {
            requests.Add(new SequencedRequest(time, detector[camera]));
            if (random.NextDouble() < 0.8)
                requests.Add(new SequencedRequest(time, classifiers[camera][random.NextDouble() < 0.75 ? 0 : 1], requests.Count - 1));
            next.Enqueue(camera, time + (periods[camera] * (0.8 + (0.4 * random.NextDouble()))));
        }
        if (requests.Count > recipe.Requests) requests.RemoveAt(recipe.Requests);
        return requests;
    }

    private static List<SequencedRequest> InOrder(List<SequencedRequest> requests, int count)
    {
        var ordered = requests.OrderBy(r => r.Time).ToList();
        ordered.RemoveRange(count, ordered.Count - count);
        return ordered;
    }

    /// <summary>Draws numbers by weight, in time that grows with the logarithm of how many there are.</summary>
    private sealed class Draw
    {
        private readonly double[] _sums;

        public Draw(double[] weights)
        {
            _sums = new double[weights.Length];
            var sum = 0.0;
            for (var i = 0; i < weights.Length; i++) _sums[i] = sum += weights[i];
        }

        public int Next(Random random)
        {
            var found = Array.BinarySearch(_sums, random.NextDouble() * _sums[^1]);
            return Math.Min(found < 0 ? ~found : found, _sums.Length - 1);
        }
    }
}
