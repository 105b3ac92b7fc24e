using ActorPipeline.Bench.Memory;
using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;

namespace ActorPipeline.Bench.Engines;

/// <summary><c>shared</c>: three classifiers made for the purpose, with heads of their own on one backbone: apart, and merged into one engine.</summary>
internal static class SharedBench
{
    private const int Runs = 20;

    private static readonly MadeClassifiers.Backbone Common = new(Blocks: 6, Channels: 128, Size: 96, Halvings: 2, Seed: 5);

    /// <summary>Runs it.</summary>
    /// <param name="rounds">Alternating rounds; at least 3.</param>
    public static BenchReport Run(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("actorpipeline-shared-");
        try
        {
            using var rig = new ModelRig();
            ModelCard[] cards = [.. ((int[])[10, 40, 7]).Select((classes, i) => Card(MadeClassifiers.Write(Path.Combine(folder.FullName, $"{(char)('a' + i)}.onnx"), Common, classes, headSeed: i), $"{(char)('a' + i)}"))];
            var merged = cards[0] with { Id = new ModelId("a+b+c"), Merged = cards };
            var runtime = new OnnxModelRuntime(Console.Error.WriteLine, arena: true, pool: true, new EngineSettings { Folder = Path.Combine(folder.FullName, "engines") });
            foreach (var card in cards.Append(merged)) runtime.Build(card, CancellationToken.None);
            return Measure(runtime, rig, cards, merged, Math.Max(rounds, 3));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BenchReport Measure(OnnxModelRuntime runtime, ModelRig rig, ModelCard[] cards, ModelCard merged, int rounds)
    {
        var alone = cards.Sum(card =>
        {
            var model = rig.Load(runtime, card).Model;
            var bytes = runtime.MappedWeights.Count;
            rig.Unload(model);
            return bytes;
        });
        var models = cards.Select(card => rig.Load(runtime, card).Model).ToArray();
        var apart = runtime.MappedWeights.Count;
        var one = rig.Load(runtime, merged).Model;
        // The merged engine's weights are the same bytes: nothing more is mapped.
        var together = runtime.MappedWeights.Count;
        List<double> over = [], apartMs = [], mergedMs = [];
        var (three, single) = (models.Select(m => new BoundEngine(m)).ToArray(), new BoundEngine(one));
        foreach (var session in three.Append(single)) session.Run(3);
        for (var round = 0; round < rounds; round++)
        {
            double first = 0;
            if (round % 2 == 0) first = three.Sum(s => s.Run(Runs));
            var mergedTime = single.Run(Runs);
            if (round % 2 == 1) first = three.Sum(s => s.Run(Runs));
            apartMs.Add(first);
            mergedMs.Add(mergedTime);
            over.Add(mergedTime / first);
        }
        foreach (var model in models.Append(one)) rig.Unload(model);
        return new BenchReport("shared")
            .Add("weights_over_alone", apart / (double)alone, "bytes of weights that the three map together, over the sum of what each maps alone; a third is the least")
            .Add("weights_merged_over_alone", together / (double)alone, "the same with the merged engine loaded beside them")
            .Add("weights_mib", apart / 1048576.0, "bytes that the three map together, MiB")
            .Add("merged_over_apart", over, "run time of the merged engine over that of the three, one after the other")
            .Add("apart_ms", apartMs, "three runs, ms")
            .Add("merged_ms", mergedMs, "one run of the merged engine, ms");
    }

    private static ModelCard Card(string path, string name) => new() { Id = new ModelId(name), Path = path, Kind = ModelKind.Classification };
}
