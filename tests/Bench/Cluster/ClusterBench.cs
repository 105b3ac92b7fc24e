using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Cluster.Network;
using ActorPipeline.Hosting;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorPipeline.Bench.Cluster;

/// <summary><c>cluster</c>: what a neighbour that already holds the classifier is worth, what asking it costs, and what happens when it dies. Nodes are processes, each held to a core.</summary>
internal static class ClusterBench
{
    private const int Seed = 25520;

    /// <summary>One of the two models fits beside the buffers, both do not: the node's user would have to swap.</summary>
    private static readonly Bytes OneModel = Bytes.MiB(47);

    /// <summary>Runs it.</summary>
    /// <param name="rounds">Rounds of the comparison.</param>
    /// <param name="frames">Frames a round.</param>
    /// <param name="parts">Which of "rate", "added", "recovery" and "idle"; empty for all.</param>
    public static async Task<BenchReport> RunAsync(int rounds, int frames, IReadOnlyCollection<string> parts)
    {
        var report = new BenchReport("cluster");
        var folder = Directory.CreateTempSubdirectory("actorpipeline-bench-").FullName;
        try
        {
            if (Wanted("added")) await AddedAsync(report, folder);
            if (Wanted("rate")) await RateAsync(report, folder, rounds, frames);
            if (Wanted("recovery")) await RecoveryAsync(report, folder, rounds);
            if (Wanted("idle")) await IdleAsync(report, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return report;

        bool Wanted(string part) => parts.Count == 0 || parts.Contains(part);
    }

    private static async Task RateAsync(BenchReport report, string folder, int rounds, int frames)
    {
        using var holder = new BenchNode(new BenchNodePlan("holder", Seed, "inference") { Core = 1 }, folder, Seed);
        var (alone, with, ratios, shares) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        // Builds engines and warms everything that is there up.
        await CaptureAsync(folder, frames / 2, inCluster: true);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var inCluster in round % 2 == 0 ? (bool[])[false, true] : [true, false])
            {
                var summary = await CaptureAsync(folder, frames, inCluster);
                (inCluster ? with : alone).Add((double)summary["fps"]!);
                if (inCluster) shares.Add((double)summary["cluster"]!["handedOff"]!["crops"]! / (double)summary["crops"]!["classified"]!);
            }
            ratios.Add(with[^1] / alone[^1]);
            Console.Error.WriteLine($"round {round + 1}/{rounds}: alone {alone[^1]:0.0}, with a neighbour {with[^1]:0.0} frames/s, {shares[^1]:P0} of the crops there");
        }
        report.AddAtLeast("handoff_over_swapping", ratios, 1.3, $"a node that one model fits, frames/s with a neighbour that holds the classifier over alone, round by round ({frames} frames, a core and a lane each)")
            .Add("swapping_fps", alone, "alone").Add("handoff_fps", with, "with the neighbour").Add("handed_share", shares, "of the crops went to the neighbour");
        await holder.StopAsync();
    }

    private static async Task<System.Text.Json.Nodes.JsonObject> CaptureAsync(string folder, int frames, bool inCluster)
    {
        using var node = new BenchNode(new BenchNodePlan("capture", Seed + 1, "capture") { Core = 0, Budget = OneModel, Frames = frames, InCluster = inCluster }, folder, Seed);
        return await node.SummaryAsync();
    }

    private static async Task AddedAsync(BenchReport report, string folder)
    {
        foreach (var crops in Enum.GetValues<CropEncoding>())
        {
            using var holder = new BenchNode(new BenchNodePlan("holder", Seed, "inference") { Core = 1 }, folder, Seed);
            var told = await ProbeAsync(crops);
            if (told.Faults.Count > told.There.Count / 20) throw new InvalidOperationException($"{told.Faults.Count} batches failed: {told.Faults[0]}");
            var added = Statistics.Median(told.There) - Statistics.Median(told.Here);
            var name = crops == CropEncoding.Jpeg ? "handoff_added_ms" : "handoff_added_raw_ms";
            report.AddAtMost(name, added, 8, $"eight crops of 224 x 224 as {(crops == CropEncoding.Jpeg ? "JPEG" : "pixels")} at a neighbour on loopback, p50 less that of a run here ({told.There.Count} pairs, a core each)")
                .Add($"{name[..^3]}_here_ms", told.Here, "a run here").Add($"{name[..^3]}_there_ms", told.There, "at the neighbour");
            await holder.StopAsync();
        }
    }

    private static async Task<HandOffProbe.Told> ProbeAsync(CropEncoding crops)
    {
        const int count = 8, side = 224;
        using var affinity = new Affinity(0);
        using var pool = new PixelPool(1, count * ImageView.PackedBytes(side, side));
        var buffer = pool.TryRent()!;
        StreetCrops.Fill(buffer, count, side);
        var classifier = BenchData.SqueezeNet;
        var settings = new ActorPipelineSettings
        {
            Memory = new MemorySettings { Budget = Bytes.MiB(128) }, Serving = new ServingSettings { Lanes = 1 }, Models = new Dictionary<ModelId, ModelCard> { [classifier.Id] = classifier },
            Cluster = new ClusterSettings { Enabled = true, Node = "probe", Port = Seed + 1, Roles = NodeRoles.Capture, SeedNodes = [$"127.0.0.1:{Seed}"], Crops = crops },
        };
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddAkka(settings.Cluster.Name, akka =>
        {
            akka.WithActors((system, _) => system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new StartWatch(started))), typeof(RunStarted)));
            akka.WithActorPipeline(settings, ActorPipelineParts.Product(TimeProvider.System));
        });
        using var host = builder.Build();
        await host.StartAsync(CancellationToken.None);
        await started.Task.WaitAsync(TimeSpan.FromMinutes(2));
        var system = host.Services.GetRequiredService<ActorSystem>();
        var root = host.Services.GetRequiredService<IActorRegistry>().Get<ActorPipelineRoot>();
        var board = await system.ActorSelection(root.Path / "work-board").ResolveOne(TimeSpan.FromSeconds(5));
        var self = ThisNode.Of(system, settings.Cluster);
        Func<IActorRef, IActorRef, ModelId, GatewayParts> parts = (unable, _, _) => new GatewayParts(self, settings.Cluster, unable, 0, TimeProvider.System)
        {
            Directory = context => context.ActorOf(Props.Create(() => new SiteDirectory(context.Self)), "site"),
        };
        var probe = system.ActorOf(Props.Create(() => new HandOffProbe(classifier.Id, buffer, count, side, board, parts)));
        var told = await probe.Ask<HandOffProbe.Told>(new HandOffProbe.Begin(150), TimeSpan.FromMinutes(3));
        await host.StopAsync(CancellationToken.None);
        buffer.Release();
        return told;
    }

    private static async Task RecoveryAsync(BenchReport report, string folder, int rounds)
    {
        var (recovery, before, after) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            using var other = new BenchNode(new BenchNodePlan("other", Seed + 2, "inference") { Core = 1 }, folder, Seed + 2);
            using var holder = new BenchNode(new BenchNodePlan("holder", Seed, "inference") { Core = 1 }, folder, Seed + 2);
            using var capture = new BenchNode(new BenchNodePlan("capture", Seed + 1, "capture") { Core = 0, Budget = OneModel }, folder, Seed + 2);
            var rate = new FrameRate(capture.Results);
            await rate.WatchAsync(20, () => false);
            // Of the two that could, the one that does is to die.
            var (killed, at) = (SocketMeter.Of(holder.Id) >= SocketMeter.Of(other.Id) ? holder : other, rate.Now);
            var full = rate.Between(at - 6, at);
            killed.Kill();
            await rate.WatchAsync(20, () => false);
            recovery.Add(rate.Back(at, 3, 0.9 * full));
            before.Add(full);
            after.Add(rate.Between(at + 10, at + 20));
            var summary = await capture.StopAsync();
            if ((int)summary["buffers"]!["outstanding"]! != 0) throw new InvalidOperationException("Buffers were lost.");
            var failed = summary["frames"]!["failed"]!.ToJsonString();
            Console.Error.WriteLine($"round {round + 1}/{rounds}: {before[^1]:0.0} frames/s before, {after[^1]:0.0} after, back after {recovery[^1]:0.0} s; failed {failed}");
            await (killed == holder ? other : holder).StopAsync();
        }
        report.AddAtMost("recovery_s", recovery, 10, "from kill -9 of the neighbour that serves until nine tenths of the rate before are reached again for 3 s; a third node can load the classifier")
            .Add("before_fps", before, "frames/s before").Add("after_fps", after, "frames/s 10 to 20 s after");
    }

    /// <summary>What three nodes say to each other while nothing changes, less what three members of a cluster say that share nothing.</summary>
    private static async Task IdleAsync(BenchReport report, string folder)
    {
        var members = await MembersAsync();
        using var first = new BenchNode(new BenchNodePlan("one", Seed, "inference"), folder, Seed);
        using var second = new BenchNode(new BenchNodePlan("two", Seed + 1, "inference"), folder, Seed);
        using var third = new BenchNode(new BenchNodePlan("three", Seed + 2, "inference"), folder, Seed);
        BenchNode[] nodes = [first, second, third];
        var all = await QuietAsync([.. nodes.Select(n => n.Id)]);
        report.AddAtMost("idle_bytes_per_s", [.. all.Select(a => a - members)], 2000, "what sharing a summary takes: bytes sent and received by each of three nodes in a second while nothing changes, less those of members that share nothing")
            .Add("idle_all_bytes_per_s", all, "everything that they say to each other").Add("idle_member_bytes_per_s", [members], "members that share nothing: signs of life, membership");
        foreach (var node in nodes) await node.StopAsync();
    }

    /// <summary>The same network with nobody above it; three members in this process, so each connection is counted at both ends.</summary>
    private static async Task<double> MembersAsync()
    {
        var systems = Enumerable.Range(0, 3).Select(i => new ClusterSettings { Enabled = true, Port = Seed + i, SeedNodes = [$"127.0.0.1:{Seed}"] })
            .Select(s => ActorSystem.Create(s.Name, ClusterNetwork.Of(s).Config.WithFallback("akka.loglevel = WARNING"))).ToArray();
        foreach (var system in systems) Akka.Cluster.Cluster.Get(system);
        var bytes = await QuietAsync([Environment.ProcessId]);
        foreach (var system in systems) await system.Terminate();
        return bytes[0] / systems.Length;
    }

    /// <summary>Bytes a second of processes, once they started, joined, and are quiet.</summary>
    private static async Task<double[]> QuietAsync(int[] processes)
    {
        var watched = TimeSpan.FromSeconds(60);
        await Task.Delay(TimeSpan.FromSeconds(25));
        var before = processes.Select(SocketMeter.Of).ToArray();
        await Task.Delay(watched);
        return [.. processes.Select((id, i) => (SocketMeter.Of(id) - before[i]) / watched.TotalSeconds)];
    }

    private sealed class StartWatch : ReceiveActor
    {
        public StartWatch(TaskCompletionSource started) => Receive<RunStarted>(_ => started.TrySetResult());
    }
}
