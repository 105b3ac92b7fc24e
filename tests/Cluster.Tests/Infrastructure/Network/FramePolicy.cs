using System.Globalization;
using System.Net;

namespace ActorPipeline.ClusterTests;

/// <summary>
/// What one direction of a node's link does to frames, as a classic BPF program for <c>tc filter ... bpf direct-action</c>: this kernel has
/// neither netem nor the action <c>drop</c>, but it has that. A dropped frame counts as sent, as it does on a cable: its sender learns nothing.
/// </summary>
/// <param name="Lost">The share of frames that is lost, 0 to 1.</param>
/// <param name="Blocked">IPv4 addresses to which frames are lost.</param>
internal sealed record FramePolicy(double Lost, IReadOnlyCollection<IPAddress> Blocked)
{
    private const long Unspecified = 0xffff_ffff, Stolen = 4;

    /// <summary>The program as tc takes it: the number of instructions, and each as code, jump if true, jump if false, value.</summary>
    public string ToBytecode()
    {
        if (Lost >= 1) return Bytecode([(Return, 0, 0, Stolen)]);
        List<(int Code, int True, int False, long Value)> program = [];
        if (Blocked.Count > 0)
        {
            // Past the addresses where the frame is not IPv4; the way to the drop is filled in below.
            program.Add((LoadHalf, 0, 0, 12));
            program.Add((JumpIfEqual, 0, Blocked.Count + 1, 0x0800));
            program.Add((LoadWord, 0, 0, 30));
            program.AddRange(Blocked.Select(address => (JumpIfEqual, ToDrop, 0, Number(address))));
        }
        if (Lost > 0)
        {
            program.Add((LoadWord, 0, 0, Random));
            program.Add((JumpIfAtLeast, 0, ToDrop, (long)(Lost * uint.MaxValue)));
        }
        program.Add((Return, 0, 0, Unspecified));
        program.Add((Return, 0, 0, Stolen));
        var drop = program.Count - 1;
        return Bytecode(program.Select((step, at) => (step.Code, Jump(step.True, at), Jump(step.False, at), step.Value)));

        int Jump(int distance, int at) => distance == ToDrop ? drop - at - 1 : distance;
    }

    private const int LoadHalf = 0x28, LoadWord = 0x20, JumpIfEqual = 0x15, JumpIfAtLeast = 0x35, Return = 0x06, ToDrop = -1;

    // SKF_AD_OFF + SKF_AD_RANDOM: a random number each time.
    private const long Random = 0xffff_f038;

    private static long Number(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return ((long)bytes[0] << 24) | ((long)bytes[1] << 16) | ((long)bytes[2] << 8) | bytes[3];
    }

    private static string Bytecode(IEnumerable<(int Code, int True, int False, long Value)> program)
    {
        string[] steps = [.. program.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Code} {s.True} {s.False} {s.Value}"))];
        return $"{steps.Length},{string.Join(',', steps)}";
    }
}
