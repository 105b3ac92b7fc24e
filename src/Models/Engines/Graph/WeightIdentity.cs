using System.Security.Cryptography;

namespace ActorPipeline.Engines.Graph;

/// <summary>What one of a model's larger weights is known by, whichever model holds it.</summary>
/// <param name="Name">The initializer, as the model names it.</param>
/// <param name="ElementType">Its type as the format numbers them (1: float, 3: int8, 7: int64, 10: float16).</param>
/// <param name="Dims">Its dimensions.</param>
/// <param name="Location">The file it lies in, as the model names it; null where it lies in the model's own.</param>
/// <param name="Offset">Bytes before it in that file; 0 for a model in memory.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">64 hexadecimal digits over the bytes.</param>
internal sealed record WeightIdentity(string Name, int ElementType, IReadOnlyList<long> Dims, string? Location, long Offset, long Length, string Sha256)
{
    /// <summary>Smaller ones are not worth a mapping of their own.</summary>
    public const long SmallestBytes = 1024;

    /// <summary>Same type, dimensions and bytes have the same.</summary>
    public string Content => $"{ElementType}[{string.Join(",", Dims)}]{Sha256}";

    /// <summary>The weights of a model in memory, in the model's order.</summary>
    /// <param name="model">All weights inside it, as bytes: what lists numbers one by one is left out.</param>
    public static IReadOnlyList<WeightIdentity> Of(ModelProto model) =>
    [
        .. from tensor in model.Graph.Initializer
           where !tensor.IsExternal() && tensor.RawData.Length >= SmallestBytes
           select new WeightIdentity(tensor.Name, tensor.DataType, [.. tensor.Dims], null, 0, tensor.RawData.Length, Convert.ToHexStringLower(SHA256.HashData(tensor.RawData.Span))),
    ];

    /// <summary>The weights of a model on disk, in the model's order; read in small pieces, so it may be of any size.</summary>
    /// <exception cref="InvalidDataException">It is no ONNX model, or keeps weights outside its folder.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static IReadOnlyList<WeightIdentity> Of(string modelPath)
    {
        var found = new List<WeightIdentity>();
        foreach (var (tensor, inline) in WeightScan.InitializersIn(modelPath))
        {
            var place = tensor.IsExternal() ? ExternalPlace.Of(modelPath, tensor) : null;
            var (path, offset, length) = place is null ? (modelPath, inline.Offset, inline.Length) : (place.Path, place.Offset, place.Length);
            if (length < SmallestBytes) continue;
            found.Add(new WeightIdentity(tensor.Name, tensor.DataType, [.. tensor.Dims], place?.Location, offset, length, Hash(path, offset, length)));
        }
        return found;
    }

    private static string Hash(string path, long offset, long length)
    {
        using var file = File.OpenHandle(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[(int)Math.Min(1 << 16, length)];
        for (long read = 0; read < length;)
        {
            var some = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - read)), offset + read);
            if (some == 0) throw new EndOfStreamException($"{path} became shorter while it was read.");
            hash.AppendData(buffer, 0, some);
            read += some;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
