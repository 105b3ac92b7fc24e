namespace ActorPipeline.Hosting.Explaining;

/// <summary>Decisions that never were: a detector and a classifier that take turns under 60 MiB.</summary>
internal static class HandMadeLog
{
    public static readonly DecisionHeader Header = new(DecisionHeader.Version, "tiny", Bytes.MiB(60).Count, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), 1);

    public static readonly DecisionLine[] Lines =
    [
        new(0, DecisionEvent.Began),
        new(1, DecisionEvent.Account) { Account = "belt", Kind = "pool", Bytes = Bytes.MiB(20).Count },
        // A probe, which is not counted.
        Granted(2, "classifier", "1.1", 24),
        new(3, DecisionEvent.Loaded) { Model = "classifier", LoadMs = 1, Probe = true },
        new(4, DecisionEvent.Leaving) { Model = "classifier", Probe = true, Reason = "probed" },
        Ended(5, "classifier", "1.1"),
        new(100, DecisionEvent.Started),
        Granted(100, "detector", "1.2", 30),
        new(120, DecisionEvent.Loaded) { Model = "detector", LoadMs = 20 },
        new(200, DecisionEvent.Queued)
        {
            Model = "classifier", Budget = Bytes.MiB(60).Count, Decision = Room("classifier", 24, 10, new ConsideredLine("detector", Bytes.MiB(30).Count, 4, 20, "its turn lasts 80 ms more", Chosen: false)),
        },
        new(300, DecisionEvent.Yielded)
        {
            Model = "detector", Lease = "1.2", Bytes = Bytes.MiB(30).Count, Reason = "classifier waits for 24.0 MiB",
            Decision = Room("classifier", 24, 10, new ConsideredLine("detector", Bytes.MiB(30).Count, 4, 20, Spared: null, Chosen: true)),
        },
        Ended(340, "detector", "1.2"),
        Granted(340, "classifier", "1.3", 24),
        new(350, DecisionEvent.Resized) { Model = "classifier", Lease = "1.3", Bytes = Bytes.MiB(18).Count },
        new(350, DecisionEvent.Loaded) { Model = "classifier", LoadMs = 10 },
        new(500, DecisionEvent.Queued)
        {
            Model = "detector", Decision = Room("detector", 30, 22, new ConsideredLine("classifier", Bytes.MiB(18).Count, 2, 10, "its turn lasts 50 ms more", Chosen: false)),
        },
        new(600, DecisionEvent.Yielded)
        {
            Model = "classifier", Lease = "1.3", Bytes = Bytes.MiB(18).Count, Reason = "detector waits for 30.0 MiB",
            Decision = Room("detector", 30, 22, new ConsideredLine("classifier", Bytes.MiB(18).Count, 0, 10, Spared: null, Chosen: true)),
        },
        Ended(640, "classifier", "1.3"),
        new(700, DecisionEvent.Denied)
        {
            Model = "classifier", Denial = "Pressure", Reason = "the machine leaves 30.0 MiB", Budget = Bytes.MiB(30).Count, Decision = Room("classifier", 24, 10),
        },
        new(700, DecisionEvent.BackingOff) { Model = "classifier", Reason = "the machine leaves 30.0 MiB" },
        new(1100, DecisionEvent.Over),
    ];

    /// <summary>Writes it as a run would have.</summary>
    public static void Write(string folder, params IEnumerable<string> lines)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, DecisionFile.Name), lines);
    }

    /// <summary>Its lines as text, the header first.</summary>
    public static IEnumerable<string> Text => [DecisionJson.Line(Header), .. Lines.Select(DecisionJson.Line)];

    private static DecisionLine Granted(double ms, string model, string lease, double mebibytes) =>
        new(ms, DecisionEvent.Granted) { Model = model, Lease = lease, Bytes = Bytes.MiB(mebibytes).Count };

    private static DecisionLine Ended(double ms, string model, string lease) => new(ms, DecisionEvent.Ended) { Model = model, Lease = lease };

    private static DecisionNumbers Room(string model, double need, double free, params ConsideredLine[] considered) =>
        new(model, Bytes.MiB(need).Count, Bytes.MiB(free).Count, considered);
}
