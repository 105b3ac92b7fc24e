using ActorPipeline.Sinks;
using ActorPipeline.Vision;

namespace ActorPipeline.Events;

/// <summary>Reports that have, between them, everything that a report can have.</summary>
internal static class GivenReports
{
    public static readonly SinkContext Context = new("street", 768, 576, 25);

    public static FrameReport Empty(long frame) => new(frame, TimeSpan.FromMilliseconds(40 * frame), null, 768, 576, "empty", null, 1.5, []);

    public static IReadOnlyList<FrameReport> OfEveryKind { get; } =
    [
        new(0, TimeSpan.Zero, null, 768, 576, "classified", null, 12.34567,
            [new ObjectReport(new BoundingBox(1.04f, -2.06f, 300.26f, 400), "person", 0.912345f, [new("T-shirt \"x\" é <b>", 0.5f) { By = "colour" }, new("round", 1) { By = "shape" }]) { Track = 12_345_678_901, Reused = true }])
        {
            More = true, Variants = new Dictionary<string, string> { ["detector"] = "int8" }, Nodes = new Dictionary<string, string> { ["classifier"] = "helper@box:2552" },
        },
        new(1, TimeSpan.FromMilliseconds(100.12345), "b.jpg", 0, 0, "failed", "unreadable: it is empty", 0, []),
        Empty(2),
        new(3, TimeSpan.FromHours(30), null, 768, 576, "dropped", "overtaken", 0.5, []),
        new(4, TimeSpan.FromHours(31), null, 768, 576, "classified", null, 3, [new ObjectReport(new BoundingBox(0, 0, 1, 1), "car", 1, [])]),
    ];
}
