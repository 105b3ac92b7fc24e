using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster.Wire;

/// <summary>One of every message that crosses the wire.</summary>
internal static class WireKit
{
    public static readonly NodeKey Node = new("kitchen-2", -123456789);

    public static readonly BatchHead Head = new(ClusterKit.Model, 224, 96, CropEncoding.Jpeg, [4000, 1, 5000], 3, 5, TimeSpan.FromTicks(1234567));

    public static readonly BatchPart Part = new(long.MaxValue, 7, 9001, Head, 2, new byte[] { 1, 2, 3 });

    public static readonly BatchDone Done = new(
        3, Node, [[new Classification(4, 0.5f), new Classification(70000, 0.25f) { Head = 2 }], [], [new Classification(0, 1)]], "int8", TimeSpan.FromMilliseconds(12.3));

    public static readonly IWireMessage[] All =
    [
        new OpenDesk(Node, 3), new DeskOpened(Node, 5, 0), new DeskClosed("leaving"), new CreditGranted(5, 1 << 20, TimeSpan.FromSeconds(4)), new AskCredit(5, 77, 1 << 20),
        Part, Part with { Head = Head with { Left = null, Encoding = CropEncoding.Raw, Width = 1, Height = 1, Crops = [3], Parts = 1 }, Part = 0 },
        Done, Done with { Variant = null, Labels = [] }, new BatchRefused(3, "full"), new BatchFailed(3, "run-failed", "it broke, ünfortunately"),
        new WithdrawBatch(3), new Ping(-1), new Pong(long.MaxValue),
    ];

    public static WireSerializer Serializer(ActorSystem system) => new((ExtendedActorSystem)system);

    /// <summary>A message's content, for comparing: records compare lists and bytes by identity.</summary>
    public static string Text(object message) => message switch
    {
        BatchPart part => $"{part.Batch} {part.Epoch} {part.Sent} {Text(part.Head)} {part.Part} {Convert.ToHexString(part.Data.Span)}",
        BatchHead head => $"{head.Model} {head.Width} {head.Height} {head.Encoding} [{string.Join(",", head.Crops)}] {head.Parts} {head.Labels} {head.Left}",
        BatchDone done => $"{done.Batch} {done.By} {string.Join(";", done.Labels.Select(l => string.Join(",", l)))} {done.Labels.Count} {done.Variant ?? "null"} {done.Took}",
        NodeSummary summary => $"{summary with { Models = [] }} {string.Join(";", summary.Models)}",
        _ => message.ToString()!,
    };
}
