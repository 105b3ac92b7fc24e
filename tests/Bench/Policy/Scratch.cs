using ActorPipeline.Simulation;
namespace ActorPipeline.Bench.Policy;
internal static class Scratch
{
    public static bool Merge;
    // score(model, now, lastUse, stats) lower = evict first
    public static void Big()
    {
        int[] kinds = [0, 7, 12, 20, 50, 51, 52, 53, 54, 55, 57];
        foreach (var family in new[] { TraceFamily.Bursty, TraceFamily.Diurnal })
        foreach (var (m, w) in new[] { (30, 16), (100, 32), (200, 64) })
        foreach (var mem in new[] { 0.3, 0.5, 0.7 })
        {
            var sums = new double[kinds.Length];
            for (var seed = 1; seed <= 1; seed++)
            {
                var trace = TraceGenerator.Generate(new TraceRecipe(family, m, 60000, seed) { Window = w, Memory = mem });
                for (var k = 0; k < kinds.Length; k++) sums[k] += Play(trace, kinds[k], 7);
            }
            Console.WriteLine($"{family} m{m} w{w} mem{mem} " + string.Join(" ", kinds.Select((k, i) => $"{k}:{sums[i] / sums[0]:0.000}")));
        }
    }

    public static void Sim()
    {
        var t0 = System.Diagnostics.Stopwatch.GetTimestamp();
        var famOpt = new double[5]; var c = new double[5]; var l = new double[5];
        foreach (var (w, n) in new[] { (4, 80), (8, 80), (12, 120) })
        foreach (var mem in new[] { 0.35, 0.5, 0.65 })
        foreach (var family in Enum.GetValues<TraceFamily>())
            for (var seed = 1; seed <= 10; seed++)
            {
                var trace = TraceGenerator.Generate(new TraceRecipe(family, 8, n, seed) { Window = w, Memory = mem, Load = 0 });
                famOpt[(int)family] += OfflineOptimum.Of(trace)!.Value.TotalMilliseconds;
                c[(int)family] += Simulator.Run(trace, new(), new Memory.CostAware()).ReloadCost.TotalMilliseconds;
                l[(int)family] += Simulator.Run(trace, new(), new Memory.LeastRecentlyUsed()).ReloadCost.TotalMilliseconds;
            }
        Console.WriteLine($"over optimum cost {c.Sum() / famOpt.Sum():0.000} lru {l.Sum() / famOpt.Sum():0.000}: " + string.Join(" ", Enumerable.Range(0, 5).Select(f => $"{(TraceFamily)f} {c[f] / famOpt[f]:0.000}/{l[f] / famOpt[f]:0.000}")));
        Console.WriteLine(System.Diagnostics.Stopwatch.GetElapsedTime(t0).TotalSeconds);
        foreach (var load in new[] { 0.0, 0.3 })
        foreach (var family in new[] { TraceFamily.Bursty, TraceFamily.Diurnal, TraceFamily.Adversarial })
        foreach (var (m, w) in new[] { (30, 16), (100, 32), (200, 64) })
        foreach (var mem in new[] { 0.3, 0.5 })
        {
            double x = 0, y = 0, worst = 0; t0 = System.Diagnostics.Stopwatch.GetTimestamp(); int tx = 0; TimeSpan sx = default; double u = 0;
            for (var seed = 1; seed <= 1; seed++)
            {
                var trace = TraceGenerator.Generate(new TraceRecipe(family, m, 20000, seed) { Window = w, Memory = mem, Load = load });
                var r = Simulator.Run(trace, new(), new Memory.CostAware()); var q = Simulator.Run(trace, new(), new Memory.LeastRecentlyUsed());
                x += r.ReloadCost.TotalMilliseconds; y += q.ReloadCost.TotalMilliseconds; worst = Math.Max(worst, r.ReloadCost / q.ReloadCost); tx += r.Turns; sx += r.Makespan; u = r.Utilisation;
                if (r.OverBudget > Bytes.Zero) Console.WriteLine("OVER");
            }
            Console.WriteLine($"load{load} {family} m{m} w{w} mem{mem}: {x / y:0.000} worst {worst:0.000} cost {x:0} turns {tx} span {sx.TotalSeconds:0} util {u:0.00}  {System.Diagnostics.Stopwatch.GetElapsedTime(t0).TotalSeconds:0.0}s");
        }
    }

    public static void Run()
    {
        int[] kinds = [0, 3, 7, 50, 51, 52, 53, 54, 55, 57]; const int orders = 1;
        var all = new double[kinds.Length, orders]; var cells = 0; var worst = new double[kinds.Length, orders];
        var fam = new double[kinds.Length, orders, 5]; var famOpt = new double[5];
        foreach (var (w, n) in new[] { (4, 80), (8, 80), (12, 120) })
        foreach (var mem in new[] { 0.35, 0.5, 0.65 })
        foreach (var family in Enum.GetValues<TraceFamily>())
            for (var seed = 1; seed <= 10; seed++)
            {
                var trace = TraceGenerator.Generate(new TraceRecipe(family, 8, n, seed) { Window = w, Memory = mem });
                var o = OfflineOptimum.Of(trace);
                if (o is null) { Console.WriteLine("fail"); continue; }
                famOpt[(int)family] += o.Value.TotalMilliseconds; cells++;
                for (var k = 0; k < kinds.Length; k++) for (var r = 0; r < orders; r++) fam[k, r, (int)family] += Play(trace, kinds[k], 7);
            }
        for (var k = 0; k < kinds.Length; k++) for (var r = 0; r < orders; r++)
            Console.WriteLine($"kind {kinds[k]} order {r}: {Enumerable.Range(0, 5).Sum(f => fam[k, r, f]) / famOpt.Sum():0.000}  " + string.Join(" ", Enumerable.Range(0, 5).Select(f => $"{(TraceFamily)f} {fam[k, r, f] / famOpt[f]:0.000}")));
    }

    private static double Play(WorkloadTrace t, int kind, int order)
    {
        int n = t.Requests.Count, m = t.Models.Count, b = 0;
        var served = new bool[n]; var res = new bool[m]; var last = new double[m]; var cnt = new int[m]; var first = new double[m]; var ew = new double[m]; var sh = new Shape(); var sca = new double[m]; double gmean = m; long obs = 0; double scale(int q) => sca[q] == 0 ? m : sca[q]; var hit = new double[32]; var expo = new double[32]; var truth = new double[m]; foreach (var q in t.Requests) truth[q.Model]++; var rate = new double[m]; var gaps = new List<double>[m];
        for (var i = 0; i < m; i++) gaps[i] = [];
        var size = t.Models.Select(x => (double)x.Footprint.ResidentLease(t.Lanes).Total.Count).ToArray();
        var load = t.Models.Select(x => (double)x.Footprint.LoadLease(t.Lanes).Total.Count).ToArray();
        var cost = t.Models.Select(x => x.LoadTime.TotalMilliseconds).ToArray();
        double budget = t.Budget.Total.Count, total = 0;
        while (true)
        {
            for (var more = true; more;)
            {
                more = false;
                for (var i = b; i < Math.Min(n, b + t.Window); i++)
                    if (!served[i] && res[t.Requests[i].Model] && (t.Requests[i].After < 0 || served[t.Requests[i].After]))
                    {
                        served[i] = more = true; var x = t.Requests[i].Model;
                        if (Merge && cnt[x] > 0 && i - last[x] < t.Window) { last[x] = i; continue; }
if (cnt[x] > 0) gaps[x].Add(i - last[x]); else first[x] = i;
                        if (cnt[x] > 0) { var gap = Math.Max(1.0, i - last[x]); ew[x] = ew[x] == 0 ? gap : ew[x] + ((gap - ew[x]) * 0.2); } rate[x] = 1 / Math.Max(ew[x] == 0 ? i + 1 : ew[x], 1e-3); if (cnt[x] > 0) { var gap = Math.Max(1.0, i - last[x]); var bk = Math.Min(31, (int)Math.Log2(gap)); hit[bk]++; for (var q = 0; q <= bk; q++) expo[q] += Math.Min(gap, Math.Pow(2, q + 1)) - (q == 0 ? 0 : Math.Pow(2, q)); } if (kind >= 20) {
  if (cnt[x] > 0) { var gap = Math.Max(0.5, i - last[x]); sh.Add(gap / scale(x), 1, true);
     var al = kind >= 50 ? 0.2 : kind >= 40 ? 0.3 : kind >= 30 ? 0.05 : 0.15; al = Math.Max(al, 1.0 / (cnt[x] + 1)); sca[x] = sca[x] == 0 ? gap : sca[x] + al * (gap - sca[x]); gmean += 0.01 * (gap - gmean); }
  if (++obs % (4 * m) == 0) { sh.Refresh(Enumerable.Range(0, m).Where(q => cnt[q] > 0 && q != x).Select(q => Math.Max(0.5, i - last[q]) / scale(q))); }
}
cnt[x]++; last[x] = i;
                    }
                while (b < n && served[b]) b++;
            }
            if (b == n) return total;
            double now = b;
            double held = 0; for (var i = 0; i < m; i++) if (res[i]) held += size[i];
            var pend = new List<int>(); var count = new int[m];
            for (var i = b; i < Math.Min(n, b + t.Window); i++) if (!served[i] && (t.Requests[i].After < 0 || served[t.Requests[i].After]))
            { var x = t.Requests[i].Model; count[x]++; if (!res[x] && !pend.Contains(x)) pend.Add(x); }
            List<int> Victims(int o)
            {
                var v = new List<int>(); var h = held;
                foreach (var i in Enumerable.Range(0, m).Where(i => res[i]).OrderBy(Score)) { if (h + load[o] <= budget) break; v.Add(i); h -= size[i]; }
                foreach (var i in v.OrderByDescending(Score).ToList()) if (h + size[i] + load[o] <= budget) { v.Remove(i); h += size[i]; }
                return v;
            }
            double Loss(int o) => Victims(o).Sum(i => Math.Max(0, Score(i)) * size[i]);
            var o = order switch
            {
                0 => pend[0],
                1 => pend[^1],
                2 => pend.MinBy(Loss),
                3 => pend.MinBy(x => Score(x)),
                4 => pend.MaxBy(x => Score(x)),
                5 => pend.MinBy(x => Loss(x) - (Score(x) * size[x])),
                6 => pend.MinBy(x => size[x]),
                _ => pend.MinBy(x => (Loss(x), pend.IndexOf(x))) is var y && Loss(y) <= 0 ? y : pend[0],
            };
            foreach (var v in Victims(o)) { res[v] = false; held -= size[v]; }
            res[o] = true; total += cost[o];

            double Next(int i) { for (var k = b; k < n; k++) if (!served[k] && t.Requests[k].Model == i && (res[i] || k >= b + t.Window)) return k - b + 1; return 1e6; }
            double NextVisible(int i) { for (var k = b; k < Math.Min(n, b + t.Window); k++) if (!served[k] && t.Requests[k].Model == i) return (k - b + 1) / 100.0; return -1; }
            double Score(int i)
            {
                var v = NextVisible(i);
                switch (kind)
                {
                    case 0: return last[i];
                    case 1: return (v > 0 ? 1e6 : 1) * cost[i] / size[i] * cnt[i] / Math.Max(1, now - first[i] + t.Window);
                    case 2: { var mean = gaps[i].Count == 0 ? now + 1 : gaps[i].Average(); var e = v > 0 ? v : Math.Max(mean, now - last[i]); return cost[i] / size[i] / e; }
                    case 3: { if (v > 0) return cost[i] / size[i] / v; double age = now - last[i]; double sm = 0, gc = 0; foreach (var x in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(gaps[i])) if (x > age) { sm += x - age; gc++; } var e = (sm + (age + 10)) / (gc + 1); return cost[i] / size[i] / e; }
                    case 4: return -Next(i);
                    case 6: { if (v > 0) return cost[i] / size[i] / v; return cost[i] / size[i] * rate[i]; }
                    case 7: { if (v > 0) return cost[i] / size[i] / v; double age = now - last[i]; var e = Math.Max(age, (1 / rate[i])); return cost[i] / size[i] / e; }
                    case 8 or 9 or 10:
                    {
                        if (v > 0) return cost[i] / size[i] / v;
                        double age = Math.Max(1, now - last[i]); double sm = 0, gc = 0; var gl = gaps[i];
                        for (var q = Math.Max(0, gl.Count - 8); q < gl.Count; q++) if (gl[q] > age) { sm += gl[q] - age; gc++; }
                        var bk = Math.Min(31, (int)Math.Log2(age)); double hv = 0, ex = 0;
                        for (var q = bk; q < 32; q++) { hv += hit[q]; ex += expo[q]; }
                        var prior = (ex + age) / (hv + 1);
                        var kap = kind == 8 ? 0.5 : kind == 9 ? 1.0 : 2.0;
                        return cost[i] / size[i] / ((sm + kap * prior) / (gc + kap));
                    }
                    case 14 or 15 or 16:
                    {
                        if (v > 0) return cost[i] / size[i] / v;
                        double age = Math.Max(1, now - last[i]); double sm = 0, gc = 0; var gl = gaps[i]; var kk = kind == 14 ? 16 : kind == 15 ? 32 : 64;
                        for (var q = Math.Max(0, gl.Count - kk); q < gl.Count; q++) if (gl[q] > age) { sm += gl[q] - age; gc++; }
                        return cost[i] / size[i] / ((sm + age + 10) / (gc + 1));
                    }
                    case >= 50 and < 60:
                    {
                        if (v > 0) return 1e3 * cost[i] / size[i] / v;
                        double age = Math.Max(0.5, now - last[i]); var mean = sca[i] == 0 ? (kind >= 55 ? now + 1 : m) : sca[i]; var u = age / mean;
                        var e = (kind % 5) switch { 0 => mean * Math.Max(1, u), 1 => mean * Math.Pow(Math.Max(1, u), 1.5), 2 => mean * Math.Pow(Math.Max(1, u), 2), 3 => mean * (u < 1 ? 1 : u < 3 ? u : u * u / 3), _ => mean * (1 + u + u * u / 4) };
                        return cost[i] / size[i] / e;
                    }
                    case >= 20:
                    {
                        if (v > 0) return 1e3 * cost[i] / size[i] / v;
                        double age = Math.Max(0.5, now - last[i]);
                        var sc = scale(i);
                        return cost[i] / size[i] / sc * sh.Index(age / sc, kind % 10 == 1);
                    }
                    case 11: { if (v > 0) return cost[i] / size[i] / v; return cost[i] / size[i] * truth[i]; }
                    case 12: { if (v > 0) return cost[i] / size[i] / v; double age = Math.Max(1, now - last[i]); return cost[i] / size[i] / age; }
                    case 13: { if (v > 0) return cost[i] / size[i] / v; double age = Math.Max(1, now - last[i]); var gl = gaps[i]; double old = now - last[i]; var cc = 1; for (var q = gl.Count - 1; q >= Math.Max(0, gl.Count - 4); q--) { old += gl[q]; cc++; } return cost[i] / size[i] * cc / Math.Max(1, old + (4 - cc + 1) * old); }
                    default: return cost[i] / size[i] / Next(i);
                }
            }
        }
    }

    private sealed class Shape
    {
        const int B = 48; const double Step = 0.5; const double Low = -6;
        readonly double[] _h = new double[B], _x = new double[B]; double[] _idxE = new double[B], _idxG = new double[B]; bool _ready;
        static double Edge(int b) => b == 0 ? 0 : Math.Pow(2, Low + (b * Step));
        static int Of(double u) => Math.Clamp((int)Math.Floor((Math.Log2(u) - Low) / Step), 0, B - 1);
        public void Add(double u, double w, bool hit) => Add(_h, _x, u, w, hit);
        static void Add(double[] h, double[] x, double u, double w, bool hit)
        {
            var b = Of(u); if (hit) h[b] += w;
            for (var q = 0; q < b; q++) x[q] += w * (Edge(q + 1) - Edge(q));
            x[b] += w * (u - Edge(b));
        }
        public void Refresh(IEnumerable<double> open)
        {
            var h = (double[])_h.Clone(); var x = (double[])_x.Clone();
            foreach (var u in open) Add(h, x, u, 1, false);
            var lam = new double[B];
            for (var b = 0; b < B; b++) lam[b] = (h[b] + 0.5) / (x[b] + 0.5 * Math.Max(1, Edge(b)));
            var e = 1 / lam[B - 1];
            for (var b = B - 1; b >= 0; b--)
            {
                var wd = Edge(b + 1) - Edge(b); var p = Math.Exp(-lam[b] * wd);
                e = b == B - 1 ? e : ((1 - p) / lam[b]) + (p * e); _idxE[b] = 1 / e;
                double best = 0, surv = 1, time = 0, hitp = 0;
                for (var c = b; c < B; c++) { var wc = Edge(c + 1) - Edge(c); var pc = Math.Exp(-lam[c] * wc); time += surv * (1 - pc) / lam[c]; hitp += surv * (1 - pc); surv *= pc; best = Math.Max(best, hitp / time); }
                _idxG[b] = best;
            }
            for (var b = 0; b < B; b++) { _h[b] *= 0.97; _x[b] *= 0.97; }
            _ready = true;
        }
        public double Index(double u, bool gittins) => !_ready ? 1 / Math.Max(1, u) : (gittins ? _idxG : _idxE)[Of(u)];
    }
}
