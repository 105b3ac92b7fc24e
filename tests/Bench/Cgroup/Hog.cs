using System.Runtime.InteropServices;

namespace ActorPipeline.Bench.Cgroup;

/// <summary>
/// The other program: maps anonymous memory, writes to every page and unmaps it again, in waves. Each wave rises to a level of its own
/// over some seconds, or at once where it is no higher than a sudden wave may be, stays, falls, and leaves a rest. It ends with its standard input.
/// </summary>
/// <param name="ballast">What it takes at the beginning and keeps, below all waves.</param>
/// <param name="most">The highest level of a wave.</param>
/// <param name="sudden">The highest level that is taken at once.</param>
/// <param name="seed">Of the pattern.</param>
internal sealed partial class Hog(Bytes ballast, Bytes most, Bytes sudden, int seed)
{
    /// <summary>The command with which the benchmark starts it.</summary>
    public const string Command = "cgroup-hog";

    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private static readonly Bytes Block = Bytes.MiB(1);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly Stack<IntPtr> _blocks = [];
    private readonly Random _random = new(seed);

    /// <summary>Takes and frees until standard input ends.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        // Only once it is told to: by then the group counts what it takes.
        if (Console.In.ReadLine() is null) return 0;
        var ended = Task.Run(Console.In.ReadLine);
        Move(0, 0, ended);
        while (!ended.IsCompleted)
        {
            var isSudden = _random.Next(3) == 0;
            var level = (isSudden ? sudden : most).Count * (0.25 + (0.75 * _random.NextDouble()));
            Move(level, isSudden ? 0 : Between(2, 6), ended);
            Hold(Between(1, 4), ended);
            Move(0, Between(0.2, 3), ended);
            Hold(Between(8, 14), ended);
        }
        return 0;
    }

    private double Between(double least, double most) => least + ((most - least) * _random.NextDouble());

    private void Move(double level, double seconds, Task ended)
    {
        var target = (int)((ballast.Count + level) / Block.Count);
        var (start, ticks) = (_blocks.Count, Math.Max(1, (int)(seconds / Tick.TotalSeconds)));
        for (var tick = 1; tick <= ticks; tick++)
        {
            Take(start + ((target - start) * tick / ticks));
            if (tick < ticks && ended.Wait(Tick)) return;
        }
    }

    private static void Hold(double seconds, Task ended) => ended.Wait(TimeSpan.FromSeconds(seconds));

    private unsafe void Take(int blocks)
    {
        while (_blocks.Count > blocks) Unmap(_blocks.Pop(), (nuint)Block.Count);
        while (_blocks.Count < blocks)
        {
            var block = Map(IntPtr.Zero, (nuint)Block.Count, ReadWrite, PrivateAnonymous, -1, 0);
            if (block == -1) throw new InvalidOperationException("The system gives no more memory.");
            new Span<byte>((void*)block, (int)Block.Count).Fill(1);
            _blocks.Push(block);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial IntPtr Map(IntPtr at, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(IntPtr at, nuint length);
}
