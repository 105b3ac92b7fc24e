using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx;

/// <summary>What can be said of a model from its files alone.</summary>
internal static class ModelFile
{
    private static readonly ConcurrentDictionary<string, Quantised> Known = new(StringComparer.Ordinal);
    private static readonly LabelList Text = new(["text"]);

    /// <summary>Makes sure the model's file is there and readable.</summary>
    /// <returns>Its bytes, external weights beside it included.</returns>
    public static long Require(ModelCard card)
    {
        try
        {
            if (Directory.Exists(card.Path)) throw Missing(card, "is a directory; expected an ONNX file");
            using var handle = File.OpenHandle(card.Path);
            var length = RandomAccess.GetLength(handle);
            if (length == 0) throw new ModelLoadException(card.Id, LoadFailure.NotAModel, $"Model '{card.Id}' ({card.Path}): the file is empty; expected an ONNX model.");
            return length;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(card, "does not exist", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Missing(card, $"cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The card's labels; <see cref="LabelList.None"/> where it names no file, but for a text detector, whose one class is "text".</summary>
    public static LabelList ReadLabels(ModelCard card)
    {
        if (card.LabelsPath is not { } path) return card.Kind == ModelKind.Db ? Text : LabelList.None;
        try
        {
            return card.Kind == ModelKind.Ctc ? LabelList.LoadCharacters(path) : LabelList.Load(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ModelLoadException(card.Id, LoadFailure.FileMissing, $"Model '{card.Id}' ({card.Path}): its label list {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What its content is known by; for a merged card that of all its models, under their names.</summary>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="InvalidDataException">The model names weights outside its folder.</exception>
    public static string ContentOf(ModelCard card) => card.Merged.Count == 0
        ? ModelFingerprint.Of(card.Path).Hex
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', card.Merged.Select(c => $"{c.Id} {ModelFingerprint.Of(c.Path)}")))));

    /// <summary>"int8" where the graph has quantised operators, else "fp32" (other inputs are refused before).</summary>
    public static string Precision(ModelCard card) => Quantisation(card).HasFlag(Quantised.Somehow) ? "int8" : "fp32";

    /// <summary>Whether its quantisation is written as QuantizeLinear and DequantizeLinear nodes around float operators.</summary>
    public static bool HasQdq(ModelCard card) => Quantisation(card).HasFlag(Quantised.WithNodes);

    /// <summary>By content: a model that swaps would have its file read at every load. None where it cannot be read.</summary>
    private static Quantised Quantisation(ModelCard card)
    {
        try
        {
            return Known.GetOrAdd(ContentOf(card), static (_, model) => model.Merged.Count == 0 ? Scan(model.Path) : model.Merged.Aggregate(Quantised.No, (seen, m) => seen | Scan(m.Path)), card);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return Quantised.No;
        }
    }

    /// <summary>Looks the file through for operators' names, in chunks that overlap by more than any of them.</summary>
    private static Quantised Scan(string path)
    {
        var seen = Quantised.No;
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            using var handle = File.OpenHandle(path);
            const int overlap = 32;
            for (long at = 0; ; at += buffer.Length - overlap)
            {
                ReadOnlySpan<byte> chunk = buffer.AsSpan(0, RandomAccess.Read(handle, buffer, at));
                if (chunk.IndexOf("DequantizeLinear"u8) >= 0) return Quantised.Somehow | Quantised.WithNodes;
                if (chunk.IndexOf("QLinear"u8) >= 0 || chunk.IndexOf("ConvInteger"u8) >= 0 || chunk.IndexOf("MatMulInteger"u8) >= 0) seen = Quantised.Somehow;
                if (chunk.Length < buffer.Length) return seen;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [Flags]
    private enum Quantised
    {
        No = 0,
        Somehow = 1,
        WithNodes = 2,
    }

    /// <summary>What its content is known by; null where files of it cannot be read, which the load will say better.</summary>
    public static string? Fingerprint(ModelCard card)
    {
        try
        {
            return ContentOf(card);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    private static ModelLoadException Missing(ModelCard card, string what, Exception? cause = null) =>
        new(card.Id, LoadFailure.FileMissing, $"Model '{card.Id}': its file {card.Path} {what}.", cause);
}
