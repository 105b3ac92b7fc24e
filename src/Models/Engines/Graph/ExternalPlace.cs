using System.Globalization;
using Google.Protobuf;

namespace ActorPipeline.Engines.Graph;

/// <summary>Where a tensor's bytes lie outside the model's file.</summary>
/// <param name="Location">The file as the model names it.</param>
/// <param name="Path">The file.</param>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record ExternalPlace(string Location, string Path, long Offset, long Length)
{
    /// <summary>Reads where a tensor says that it lies.</summary>
    /// <exception cref="InvalidDataException">It lies outside the model's folder, or the file is too short for it.</exception>
    /// <exception cref="IOException">The file is missing.</exception>
    public static ExternalPlace Of(string modelPath, TensorProto tensor)
    {
        var location = tensor.ExternalData.FirstOrDefault(e => e.Key == "location")?.Value ?? "";
        var path = ModelFolder.Resolve(modelPath, location);
        var file = new FileInfo(path);
        if (!file.Exists) throw new FileNotFoundException($"The model {modelPath} keeps weights in '{location}', which is not there.", path);
        var offset = Number(tensor, "offset") ?? 0;
        var length = Number(tensor, "length") ?? file.Length - offset;
        if (offset < 0 || length < 0 || offset > file.Length || length > file.Length - offset)
            throw new InvalidDataException($"The model {modelPath} keeps '{tensor.Name}' in bytes {offset} to {offset + length} of '{location}', which has {file.Length}.");
        var size = Tensors.ElementSize(tensor.DataType);
        if (size > 0 && (tensor.Count() < 0 || tensor.Count() > length / size || tensor.Count() * size != length))
            throw new InvalidDataException($"The model {modelPath} keeps '{tensor.Name}' in {length} bytes of '{location}', which is not what its dimensions [{string.Join(",", tensor.Dims)}] need.");
        return new ExternalPlace(location, path, offset, length);
    }

    /// <summary>Reads the bytes and makes them part of the tensor.</summary>
    public void BringInto(TensorProto tensor)
    {
        var content = new byte[Length];
        using (var file = File.OpenHandle(Path))
        {
            for (var read = 0; read < content.Length;)
            {
                var some = RandomAccess.Read(file, content.AsSpan(read), Offset + read);
                if (some == 0) throw new EndOfStreamException($"{Path} became shorter while it was read.");
                read += some;
            }
        }
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(content);
        tensor.ExternalData.Clear();
        tensor.ClearDataLocation();
    }

    private static long? Number(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key) is not { } entry ? null
        : long.TryParse(entry.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value
        : throw new InvalidDataException($"The {key} '{entry.Value}' of the weights '{tensor.Name}' is no number.");
}
