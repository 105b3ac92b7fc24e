using System.Runtime.Serialization;
using Akka.Actor;
using FsCheck.Xunit;
using Google.Protobuf;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster.Wire;

public sealed class WireSerializerSpecs : IDisposable
{
    private static readonly string[] Manifests =
        ["open-desk", "desk-opened", "desk-closed", "credit-granted", "ask-credit", "batch-part", "batch-done", "batch-refused", "batch-failed", "withdraw-batch", "ping", "pong"];

    private readonly ActorSystem _system = ActorSystem.Create("wire");
    private readonly WireSerializer _serializer;

    public WireSerializerSpecs() => _serializer = WireKit.Serializer(_system);

    public static TheoryData<int> Each => [.. Enumerable.Range(0, WireKit.All.Length)];

    public void Dispose() => _system.Dispose();

    [Theory]
    [MemberData(nameof(Each))]
    public void Should_be_the_same_message_when_it_went_over_the_wire(int which) => Assert.Equal(WireKit.Text(WireKit.All[which]), WireKit.Text(There(WireKit.All[which])));

    [Fact]
    public void Should_try_every_message_when_all_are_tried() => Assert.Equal(
        typeof(ClusterProtocol).GetNestedTypes().Where(t => t.IsAssignableTo(typeof(IWireMessage)) && t != typeof(IWireMessage)).Select(t => t.Name).Order(),
        WireKit.All.Select(m => m.GetType().Name).Distinct().Order());

    [Theory]
    [InlineData("2.ping")]
    [InlineData("ping")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("11.ping")]
    [InlineData("ActorPipeline.Cluster.ClusterProtocol+Ping, ActorPipeline.Actors")]
    public void Should_say_so_when_a_message_is_of_another_version(string? manifest) =>
        Assert.StartsWith("a message of another version", Assert.IsType<NotUnderstood>(_serializer.FromBinary(new PingForm { Number = 1 }.ToByteArray(), manifest!)).Why);

    [Fact]
    public void Should_say_so_when_a_newer_minor_sends_a_message_that_is_not_known() =>
        Assert.StartsWith("a message that is not known here", Assert.IsType<NotUnderstood>(_serializer.FromBinary([], "1.dance")).Why);

    [Theory]
    [MemberData(nameof(Each))]
    public void Should_leave_fields_out_when_a_newer_minor_has_more_of_them(int which)
    {
        var message = WireKit.All[which];
        // Fields 900 (a number), 901 (text) and 902 (a float) are nobody's.
        byte[] more = [.. Varint((900 << 3) | 0), 42, .. Varint((901 << 3) | 2), 3, 1, 2, 3, .. Varint((902 << 3) | 5), 0, 0, 128, 63];

        Assert.Equal(WireKit.Text(message), WireKit.Text(_serializer.FromBinary([.. more, .. _serializer.ToBinary(message), .. more], _serializer.Manifest(message))));
    }

    [Fact]
    public void Should_say_so_when_a_message_is_longer_than_a_frame() =>
        Assert.StartsWith("a message of", Assert.IsType<NotUnderstood>(_serializer.FromBinary(new byte[WireLimits.FrameBytes + 1], "1.ping")).Why);

    [Property(MaxTest = 2000)]
    public void Should_never_throw_when_bytes_are_anything(byte[] bytes, byte which) =>
        Assert.True(_serializer.FromBinary(bytes ?? [], "1." + Manifests[which % Manifests.Length]) is IWireMessage or NotUnderstood);

    [Property(MaxTest = 4000)]
    public void Should_never_throw_when_a_message_was_damaged_on_the_way(byte which, ushort where, byte to, ushort cut)
    {
        var message = WireKit.All[which % WireKit.All.Length];
        var bytes = _serializer.ToBinary(message);
        if (bytes.Length > 0) bytes[where % bytes.Length] = to;

        var read = _serializer.FromBinary(bytes[..(bytes.Length - (cut % 4 == 0 ? cut % (bytes.Length + 1) : 0))], _serializer.Manifest(message));

        if (read is BatchPart part)
        {
            // What passes is within bounds, whatever it says.
            Assert.InRange(part.Part, 0, part.Head.Parts - 1);
            Assert.InRange(part.Head.Bytes, part.Head.Parts, (long)part.Head.Parts * WireLimits.PartBytes);
            Assert.InRange((long)part.Head.Labels * part.Head.Crops.Count, 1, WireLimits.Labels);
            Assert.True(part.Epoch >= 0 && part.Sent >= 0 && part.Batch >= 0);
        }
        else Assert.True(read is IWireMessage or NotUnderstood);
    }

    [Fact]
    public void Should_fit_a_frame_when_a_part_or_an_answer_is_as_large_as_it_may_be()
    {
        var head = WireKit.Head with { Crops = [.. Enumerable.Repeat(3 * 224 * 96, WireLimits.Crops)], Parts = 1024, Labels = WireLimits.Labels / WireLimits.Crops };
        var label = new Vision.Classification(int.MaxValue, 0.1f) { Head = 31 };
        var done = WireKit.Done with { Labels = [.. Enumerable.Repeat(Enumerable.Repeat(label, head.Labels).ToArray(), WireLimits.Crops)] };
        var part = WireKit.Part with { Head = head, Data = new byte[WireLimits.PartBytes] };

        Assert.InRange(_serializer.ToBinary(part).Length, WireLimits.PartBytes, WireLimits.PartBytes + 2048);
        Assert.InRange(_serializer.ToBinary(done).Length, WireLimits.Labels, WireLimits.FrameBytes / 2);
        Assert.Equal(WireKit.Text(done), WireKit.Text(There(done)));
    }

    [Fact]
    public void Should_refuse_to_send_when_a_message_breaks_the_bounds()
    {
        object[] wrong =
        [
            WireKit.Part with { Data = ReadOnlyMemory<byte>.Empty }, WireKit.Part with { Data = new byte[WireLimits.PartBytes + 1] }, WireKit.Part with { Sent = -1 },
            WireKit.Part with { Head = WireKit.Head with { Model = new SharedModel("abc", ClusterKit.Model.Labels) } }, WireKit.Part with { Head = WireKit.Head with { Crops = [] } },
            new OpenDesk(new NodeKey("a b", 1), 0), new OpenDesk(new NodeKey("", 1), 0), new Pipeline(), new NotUnderstood("x"),
            WireKit.Done with { Labels = [new Vision.Classification[WireLimits.LabelsEach + 1]] },
        ];

        Assert.All(wrong, message => Assert.Throws<SerializationException>(() => _serializer.ToBinary(message)));
    }

    [Fact]
    public void Should_tell_the_nearest_when_a_time_or_a_text_is_beyond_what_can_be_told()
    {
        Assert.Equal(new CreditGranted(1, 2, WireLimits.Time), There(new CreditGranted(1, 2, TimeSpan.MaxValue)));
        Assert.Equal(new CreditGranted(1, 2, TimeSpan.Zero), There(new CreditGranted(1, 2, TimeSpan.FromSeconds(-1))));
        Assert.Equal(new BatchFailed(1, "why", new string('x', WireLimits.Text)), There(new BatchFailed(1, "why", new string('x', 100_000))));
        Assert.Equal(new BatchFailed(1, "why", "line  line [31mred"), There(new BatchFailed(1, "why", "line\r\nline\u001b[31mred")));
    }

    private object There(object message) => _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message));

    private static byte[] Varint(int value) => value < 128 ? [(byte)value] : [(byte)((value & 127) | 128), .. Varint(value >> 7)];

    private sealed record Pipeline;
}
