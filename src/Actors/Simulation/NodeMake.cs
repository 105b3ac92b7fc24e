using ActorPipeline.Cluster;

namespace ActorPipeline.Simulation;

/// <summary>A model as a node has it.</summary>
/// <param name="Shared">What it is among nodes.</param>
/// <param name="Size">Bytes that it takes in memory.</param>
/// <param name="Run">Lane time of one run: a frame, or a crop.</param>
/// <param name="Load">How long a load takes.</param>
internal sealed record NodeModel(SharedModel Shared, Bytes Size, TimeSpan Run, TimeSpan Load);

/// <summary>
/// What kind of box a node is, drawn at random: 1, 2 or 4 lanes; up to four times slower than the fastest (a detector run takes 10 ms
/// there, a crop 4 ms, a load 30 ms + 5 ms a MiB); 0.4 to 6 ms of way and 4 to 100 MB/s of wire. Detector 16 MiB, six classifiers of 12 to 42 MiB
/// of which each node has one or two. Of ten nodes six hold all they have at once, three one model at a time, and one its detector only.
/// Frames come 3 to 24 times a second with up to eight crops.
/// </summary>
internal sealed record NodeMake
{
    private static readonly SharedModel[] Classifiers = [.. Enumerable.Range(1, 6).Select(i => new SharedModel($"classifier {i}", "labels"))];

    public required string Name { get; init; }

    public required int Lanes { get; init; }

    public required Bytes Budget { get; init; }

    /// <value>The detector first.</value>
    public required IReadOnlyList<NodeModel> Models { get; init; }

    public required double FramesPerSecond { get; init; }

    public required double MeanCrops { get; init; }

    /// <value>The way to anywhere.</value>
    public required TimeSpan Way { get; init; }

    /// <value>Bytes a second.</value>
    public required double Bandwidth { get; init; }

    /// <summary>Draws one.</summary>
    public static NodeMake Draw(int number, Random random)
    {
        var slowness = Math.Pow(4, random.NextDouble());
        var classifiers = Enumerable.Range(0, Classifiers.Length).OrderBy(_ => random.Next()).Take(1 + random.Next(2)).Select(i => Model(Classifiers[i], 12 + (6 * i), 4, slowness));
        NodeModel[] models = [Model(new SharedModel("detector", "labels"), 16, 10, slowness), .. classifiers];
        var all = models.Aggregate(Bytes.Zero, (sum, m) => sum + m.Size);
        return new NodeMake
        {
            Name = $"n{number}",
            Lanes = 1 << random.Next(3),
            Models = models,
            Budget = random.Next(10) switch
            {
                < 6 => all,
                < 9 => models.Aggregate(Bytes.Zero, (most, m) => Bytes.Max(most, m.Size)),
                _ => models[0].Size,
            },
            FramesPerSecond = 3 * Math.Pow(8, random.NextDouble()),
            MeanCrops = 1 + (4 * random.NextDouble()),
            Way = TimeSpan.FromMilliseconds(0.4 * Math.Pow(15, random.NextDouble())),
            Bandwidth = 4e6 * Math.Pow(25, random.NextDouble()),
        };
    }

    private static NodeModel Model(SharedModel shared, int mebibytes, double runMs, double slowness) => new(
        shared, Bytes.MiB(mebibytes), TimeSpan.FromMilliseconds(runMs * slowness), TimeSpan.FromMilliseconds((30 + (5 * mebibytes)) * slowness));
}
