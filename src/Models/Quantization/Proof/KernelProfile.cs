using System.Text.Json;

namespace ActorPipeline.Quantization;

/// <summary>Reads from a profile that ONNX Runtime wrote which kernels ran.</summary>
internal static class KernelProfile
{
    private const string Suffix = "_kernel_time";

    /// <summary>Which of the quantised layers ran in integers.</summary>
    /// <param name="json">The profile.</param>
    /// <param name="layers">Names of the quantised layers' nodes.</param>
    /// <exception cref="InvalidDataException">It is no profile.</exception>
    public static KernelFinding Read(string json, IReadOnlyCollection<string> layers)
    {
        double integerTime = 0, time = 0;
        var ran = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                if (!entry.TryGetProperty("cat", out var kind) || kind.GetString() != "Node" || entry.GetProperty("name").GetString() is not { } name || !name.EndsWith(Suffix, StringComparison.Ordinal)) continue;
                var duration = entry.GetProperty("dur").GetDouble();
                time += duration;
                if (entry.GetProperty("args").GetProperty("op_name").GetString() is not { } op || !IsInteger(op)) continue;
                integerTime += duration;
                ran.Add(NodeOf(name));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"the profile cannot be read: {e.Message}", e);
        }
        var missed = layers.Where(l => !ran.Contains(l)).ToArray();
        return new KernelFinding(layers.Count - missed.Length, missed, time > 0 ? integerTime / time : 0);
    }

    /// <summary>Fused nodes are called after the node they were, with a number behind.</summary>
    private static string NodeOf(string entry)
    {
        var name = entry[..^Suffix.Length];
        var token = name.LastIndexOf("_token_", StringComparison.Ordinal);
        return token > 0 && name[(token + 7)..].All(char.IsAsciiDigit) ? name[..token] : name;
    }

    private static bool IsInteger(string op) =>
        op.StartsWith("QLinear", StringComparison.Ordinal) || op.StartsWith("DynamicQuantize", StringComparison.Ordinal)
        || op is "QGemm" or "MatMulIntegerToFloat" or "MatMulInteger" or "ConvInteger" or "NhwcMaxPool";
}
