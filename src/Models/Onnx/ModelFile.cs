using System.Buffers;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx;

/// <summary>What can be said of a model from its files alone.</summary>
internal static class ModelFile
{
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

    /// <summary>The card's labels; <see cref="LabelList.None"/> where it names no file.</summary>
    public static LabelList ReadLabels(ModelCard card)
    {
        if (card.LabelsPath is not { } path) return LabelList.None;
        try
        {
            return LabelList.Load(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ModelLoadException(card.Id, LoadFailure.FileMissing, $"Model '{card.Id}' ({card.Path}): its label list {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>"int8" where the graph has quantised operators, else "fp32" (other inputs are refused before).</summary>
    public static string Precision(ModelCard card) =>
        Mentions(card, chunk => chunk.IndexOf("QLinear"u8) >= 0 || chunk.IndexOf("DequantizeLinear"u8) >= 0 || chunk.IndexOf("ConvInteger"u8) >= 0 || chunk.IndexOf("MatMulInteger"u8) >= 0)
            ? "int8" : "fp32";

    /// <summary>Whether its quantisation is written as QuantizeLinear and DequantizeLinear nodes around float operators.</summary>
    public static bool HasQdq(ModelCard card) => Mentions(card, chunk => chunk.IndexOf("DequantizeLinear"u8) >= 0);

    private delegate bool Sight(ReadOnlySpan<byte> chunk);

    /// <summary>Looks the file through in chunks that overlap by more than any operator's name.</summary>
    /// <returns>False also where it cannot be read.</returns>
    private static bool Mentions(ModelCard card, Sight sees)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            using var handle = File.OpenHandle(card.Path);
            const int overlap = 32;
            for (long at = 0; ; at += buffer.Length - overlap)
            {
                var chunk = buffer.AsSpan(0, RandomAccess.Read(handle, buffer, at));
                if (sees(chunk)) return true;
                if (chunk.Length < buffer.Length) return false;
            }
        }
        catch (IOException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What its content is known by; null where files of it cannot be read, which the load will say better.</summary>
    public static string? Fingerprint(ModelCard card)
    {
        try
        {
            return ModelFingerprint.Of(card.Path).Hex;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    private static ModelLoadException Missing(ModelCard card, string what, Exception? cause = null) =>
        new(card.Id, LoadFailure.FileMissing, $"Model '{card.Id}': its file {card.Path} {what}.", cause);
}
