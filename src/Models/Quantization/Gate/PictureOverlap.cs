using System.Security.Cryptography;
using ActorPipeline.Evaluation;
using ActorPipeline.Vision;

namespace ActorPipeline.Quantization;

/// <summary>Finds pictures of one set that another has too, whatever they are called: by their decoded pixels, so that neither a new name nor new metadata hides one.</summary>
internal static unsafe class PictureOverlap
{
    /// <summary>Names of the pictures of <paramref name="evaluate"/> that <paramref name="calibrate"/> has too.</summary>
    /// <exception cref="EvaluationException">Not one picture of a set can be used.</exception>
    public static IReadOnlyList<string> Of(PictureSet calibrate, PictureSet evaluate, CancellationToken cancellation)
    {
        var known = calibrate.Read(null, cancellation).Select(p => HashOf(p.View)).ToHashSet(StringComparer.Ordinal);
        return [.. evaluate.Read(null, cancellation).Where(p => known.Contains(HashOf(p.View))).Select(p => p.Name)];
    }

    private static string HashOf(in ImageView view)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(BitConverter.GetBytes(view.Width));
        for (var y = 0; y < view.Height; y++) hash.AppendData(new ReadOnlySpan<byte>((byte*)view.Address + ((long)y * view.Stride), view.Width * 3));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
