using System.Numerics;

namespace ActorPipeline.Catalog;

/// <summary>
/// The numbers of crops that a run may take: powers of two, so that a few bound tensors serve any number of crops, and what a batch leaves
/// over runs in smaller ones.
/// </summary>
public static class BatchSizes
{
    /// <summary>No run takes more.</summary>
    public const int Most = 64;

    /// <summary>What is tried where nobody says how many a run may take at most.</summary>
    public const int MostByItself = 8;

    /// <summary>The largest size that is no more than a number.</summary>
    /// <param name="crops">At least 1.</param>
    public static int Floor(int crops) => 1 << BitOperations.Log2((uint)Math.Clamp(crops, 1, Most));

    /// <summary>All sizes up to a number, the smallest first; never none.</summary>
    public static IReadOnlyList<int> UpTo(int most) => [.. Enumerable.Range(0, IndexOf(most) + 1).Select(i => 1 << i)];

    /// <summary>Where the size for a number of crops stands among all.</summary>
    internal static int IndexOf(int crops) => BitOperations.Log2((uint)Floor(crops));
}
