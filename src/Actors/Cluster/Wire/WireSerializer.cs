using System.Globalization;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster.Wire;

/// <summary>
/// Messages of <see cref="ClusterProtocol"/> in the form of <c>wire.proto</c>. What comes and is damaged, out of bounds or of another major
/// version becomes <see cref="NotUnderstood"/>: nothing that a neighbour sends makes reading throw.
/// </summary>
/// <param name="system">Whose.</param>
public sealed class WireSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Known to every node; Akka keeps those up to 40.</summary>
    public const int Id = 1070;

    private static readonly string Prefix = WireLimits.Major.ToString(CultureInfo.InvariantCulture) + ".";

    /// <inheritdoc/>
    public override int Identifier => Id;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It is no message that crosses the wire.</exception>
    public override string Manifest(object o) => Prefix + o switch
    {
        OpenDesk => "open-desk",
        DeskOpened => "desk-opened",
        DeskClosed => "desk-closed",
        CreditGranted => "credit-granted",
        AskCredit => "ask-credit",
        BatchPart => "batch-part",
        BatchDone => "batch-done",
        BatchRefused => "batch-refused",
        BatchFailed => "batch-failed",
        WithdrawBatch => "withdraw-batch",
        Ping => "ping",
        Pong => "pong",
        _ => throw new SerializationException($"{o?.GetType().Name ?? "nothing"} does not cross the wire."),
    };

    /// <inheritdoc/>
    /// <exception cref="SerializationException">It is no message that crosses the wire, or not one that may: this node's own fault.</exception>
    public override byte[] ToBinary(object obj)
    {
        try
        {
            return Form(obj).ToByteArray();
        }
        catch (ArgumentException fault)
        {
            throw new SerializationException($"{obj.GetType().Name} cannot be sent: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    /// <returns>The message, or <see cref="NotUnderstood"/>.</returns>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (manifest is null || !manifest.StartsWith(Prefix, StringComparison.Ordinal)) return new NotUnderstood($"a message of another version ({Shown(manifest)}); this node speaks {WireLimits.Major}");
        if (bytes is null || bytes.Length > WireLimits.FrameBytes) return new NotUnderstood($"a message of {bytes?.Length ?? 0} bytes ({Shown(manifest)})");
        try
        {
            return (object?)Read(bytes, manifest[Prefix.Length..]) ?? new NotUnderstood($"a message that is not known here ({Shown(manifest)})");
        }
        catch (Exception fault)
        {
            // WireFault, or the parser's own; whatever it is, it was the sender's doing.
            return new NotUnderstood($"a damaged message ({Shown(manifest)}): {WireChecks.Clip(fault.Message, WireLimits.Text)}");
        }
    }

    private static IMessage Form(object message) => message switch
    {
        OpenDesk m => new OpenDeskForm { From = WireChecks.Form(m.From), Minor = WireChecks.Small(m.Minor) },
        DeskOpened m => new DeskOpenedForm { By = WireChecks.Form(m.By), Epoch = WireChecks.Count(m.Epoch), Minor = WireChecks.Small(m.Minor) },
        DeskClosed m => new DeskClosedForm { Reason = WireChecks.Clip(m.Reason, WireLimits.Word) },
        CreditGranted m => new CreditGrantedForm { Epoch = WireChecks.Count(m.Epoch), UpTo = WireChecks.Count(m.UpTo), LifetimeTicks = WireChecks.Ticks(m.Lifetime) },
        AskCredit m => new AskCreditForm { Epoch = WireChecks.Count(m.Epoch), Sent = WireChecks.Count(m.Sent), Wanted = WireChecks.Count(m.Wanted) },
        BatchPart m => BatchWire.Form(m),
        BatchDone m => BatchWire.Form(m),
        BatchRefused m => new BatchRefusedForm { Batch = WireChecks.Count(m.Batch), Reason = WireChecks.Clip(m.Reason, WireLimits.Word) },
        BatchFailed m => new BatchFailedForm { Batch = WireChecks.Count(m.Batch), Reason = WireChecks.Clip(m.Reason, WireLimits.Word), Detail = WireChecks.Clip(m.Detail, WireLimits.Text) },
        WithdrawBatch m => new WithdrawBatchForm { Batch = WireChecks.Count(m.Batch) },
        Ping m => new PingForm { Number = m.Number },
        Pong m => new PongForm { Number = m.Number },
        _ => throw new SerializationException($"{message?.GetType().Name ?? "nothing"} does not cross the wire."),
    };

    private static IWireMessage? Read(byte[] bytes, string name)
    {
        switch (name)
        {
            case "open-desk":
                var open = Parse(OpenDeskForm.Parser, bytes);
                return new OpenDesk(WireChecks.Node(open.From), Minor(open.Minor));
            case "desk-opened":
                var opened = Parse(DeskOpenedForm.Parser, bytes);
                return new DeskOpened(WireChecks.Node(opened.By), Epoch(opened.Epoch), Minor(opened.Minor));
            case "desk-closed":
                return new DeskClosed(Reason(Parse(DeskClosedForm.Parser, bytes).Reason));
            case "credit-granted":
                var granted = Parse(CreditGrantedForm.Parser, bytes);
                return new CreditGranted(Epoch(granted.Epoch), WireChecks.Count(granted.UpTo, "credit"), WireChecks.Time(granted.LifetimeTicks, "lifetime"));
            case "ask-credit":
                var ask = Parse(AskCreditForm.Parser, bytes);
                return new AskCredit(Epoch(ask.Epoch), WireChecks.Count(ask.Sent, "sent"), WireChecks.Count(ask.Wanted, "wanted"));
            case "batch-part":
                return BatchWire.Part(Parse(BatchPartForm.Parser, bytes));
            case "batch-done":
                return BatchWire.Done(Parse(BatchDoneForm.Parser, bytes));
            case "batch-refused":
                var refused = Parse(BatchRefusedForm.Parser, bytes);
                return new BatchRefused(Batch(refused.Batch), Reason(refused.Reason));
            case "batch-failed":
                var failed = Parse(BatchFailedForm.Parser, bytes);
                return new BatchFailed(Batch(failed.Batch), Reason(failed.Reason), WireChecks.Text(failed.Detail, WireLimits.Text, "detail"));
            case "withdraw-batch":
                return new WithdrawBatch(Batch(Parse(WithdrawBatchForm.Parser, bytes).Batch));
            case "ping":
                return new Ping(Parse(PingForm.Parser, bytes).Number);
            case "pong":
                return new Pong(Parse(PongForm.Parser, bytes).Number);
            default:
                return null;
        }
    }

    /// <summary>What a newer minor version says beyond what is known here is left out, not kept.</summary>
    private static T Parse<T>(MessageParser<T> parser, byte[] bytes)
        where T : IMessage<T> => parser.WithDiscardUnknownFields(true).ParseFrom(bytes);

    private static long Batch(ulong value) => WireChecks.Count(value, "batch");

    private static long Epoch(ulong value) => WireChecks.Count(value, "epoch");

    private static int Minor(uint value) => WireChecks.Small(value, 0, int.MaxValue, "minor");

    private static string Reason(string text) => WireChecks.Text(text, WireLimits.Word, "reason");

    private static string Shown(string? manifest) => $"\"{WireChecks.Clip(manifest ?? "", 40)}\"";
}
