using Akka.Actor;
using Google.Protobuf;

namespace ActorPipeline.Cluster.Wire;

/// <summary>What came is not what it should be. Never leaves <see cref="WireSerializer"/>.</summary>
internal sealed class WireFault(string why) : Exception(why);

/// <summary>Values of the wire to values of this node, each checked; and back.</summary>
internal static class WireChecks
{
    private const int HashBytes = 32;

    /// <summary>A number that counts something.</summary>
    public static long Count(ulong value, string what) => value <= long.MaxValue ? (long)value : throw new WireFault($"{what} is out of range");

    /// <summary>A small number in a range.</summary>
    public static int Small(uint value, int least, int most, string what) =>
        value >= least && value <= most ? (int)value : throw new WireFault($"{what} is {value}, not {least} to {most}");

    /// <summary>A length of time.</summary>
    public static TimeSpan Time(ulong ticks, string what) =>
        ticks <= (ulong)WireLimits.Time.Ticks ? TimeSpan.FromTicks((long)ticks) : throw new WireFault($"{what} is longer than a day");

    /// <summary>A length of time to the wire; what cannot be told is told as the nearest that can.</summary>
    public static ulong Ticks(TimeSpan time) => (ulong)Math.Clamp(time.Ticks, 0, WireLimits.Time.Ticks);

    /// <summary>A word, or a text for people: bounded, and of printable characters.</summary>
    public static string Text(string text, int most, string what) => text.Length <= most ? Printable(text) : throw new WireFault($"{what} has {text.Length} characters");

    /// <summary>A text to the wire: what is longer is cut.</summary>
    public static string Clip(string text, int most)
    {
        if (text.Length > most) text = text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
        return Printable(text);
    }

    /// <summary>An actor's path with its address.</summary>
    public static string Address(string text) =>
        text.Length is > 0 and <= WireLimits.Address && ActorPath.TryParse(text, out var path) && path.Address.HasGlobalScope ? text : throw new WireFault("an address is no actor's path");

    /// <summary>One life of a node.</summary>
    public static NodeKey Node(NodeForm? form) =>
        form is not null && WireLimits.IsName(form.Name) ? new NodeKey(form.Name, form.Incarnation) : throw new WireFault("a node has no name, or a wrong one");

    /// <summary>The same to the wire.</summary>
    /// <exception cref="ArgumentException">It is no node's name.</exception>
    public static NodeForm Form(NodeKey node) =>
        WireLimits.IsName(node.Name) ? new NodeForm { Name = node.Name, Incarnation = node.Incarnation } : throw new ArgumentException($"'{node.Name}' is no node's name.", nameof(node));

    /// <summary>What two nodes agree on.</summary>
    public static SharedModel Model(ModelForm? form) => new(Hash(form?.Content), Hash(form?.Labels));

    /// <summary>The same to the wire.</summary>
    /// <exception cref="ArgumentException">Its hashes are no hashes.</exception>
    public static ModelForm Form(SharedModel model) => new() { Content = Hash(model.Content), Labels = Hash(model.Labels) };

    /// <summary>A number to the wire.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public static ulong Count(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return (ulong)value;
    }

    /// <inheritdoc cref="Count(long)"/>
    public static uint Small(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return (uint)value;
    }

    private static string Hash(ByteString? hash) =>
        hash?.Length == HashBytes ? Convert.ToHexStringLower(hash.Span) : throw new WireFault("a model's hash has not 32 bytes");

    private static ByteString Hash(string hex)
    {
        // The other side makes lower case of it: what is told must be what is heard.
        if (hex.Length != HashBytes * 2 || !hex.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f')) throw new ArgumentException($"'{hex}' is no SHA-256 in lower case.", nameof(hex));
        return UnsafeByteOperations.UnsafeWrap(Convert.FromHexString(hex));
    }

    private static string Printable(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f')) return text;
        return string.Create(text.Length, text, (into, from) =>
        {
            for (var i = 0; i < into.Length; i++) into[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
    }
}
