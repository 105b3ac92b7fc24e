using System.Text.Json;

namespace ActorPipeline.Quantization;

/// <summary>Reads from a profile that ONNX Runtime wrote which kernels ran.</summary>
internal static class KernelProfile
{
    private const string Suffix = "_kernel_time";

    /// <summary>Which of the quantised layers ran in integers on the processor.</summary>
    /// <param name="json">The profile.</param>
    /// <param name="layers">Names of the quantised layers' nodes.</param>
    /// <exception cref="InvalidDataException">It is no profile.</exception>
    public static KernelFinding Read(string json, IReadOnlyCollection<string> layers)
    {
        var kernels = Kernels(json);
        var integer = kernels.Where(k => IsInteger(k.Op)).ToArray();
        var (ran, seen) = (integer.Select(k => k.Node).ToHashSet(StringComparer.Ordinal), kernels.Select(k => k.Node).ToHashSet(StringComparer.Ordinal));
        // Integer products that are fused with what is around them lose their layer's name: each stands for a layer that shows nowhere else.
        var nameless = integer.Where(k => k.Op is "DynamicQuantizeMatMul" or "MatMulIntegerToFloat").Select(k => k.Node).Distinct(StringComparer.Ordinal).Count(n => !layers.Contains(n));
        var missed = layers.Where(l => !ran.Contains(l) && (seen.Contains(l) || nameless-- <= 0)).ToArray();
        return Finding(layers, missed, integer, kernels);
    }

    /// <summary>Which of the quantised layers ran inside engines of TensorRT, which does not show what is in them.</summary>
    /// <param name="json">The profile.</param>
    /// <param name="layers">Names of the quantised layers' nodes.</param>
    /// <exception cref="InvalidDataException">It is no profile.</exception>
    public static KernelFinding ReadTensorRt(string json, IReadOnlyCollection<string> layers)
    {
        var kernels = Kernels(json);
        var engines = kernels.Where(k => k.Provider == "TensorrtExecutionProvider").ToArray();
        var outside = kernels.Except(engines).Select(k => k.Node).ToHashSet(StringComparer.Ordinal);
        return Finding(layers, [.. layers.Where(l => engines.Length == 0 || outside.Contains(l))], engines, kernels);
    }

    private static KernelFinding Finding(IReadOnlyCollection<string> layers, string[] missed, Kernel[] integer, IReadOnlyList<Kernel> all) =>
        new(layers.Count - missed.Length, missed, all.Sum(k => k.Time) is > 0 and var time ? integer.Sum(k => k.Time) / time : 0);

    private static List<Kernel> Kernels(string json)
    {
        var kernels = new List<Kernel>();
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                if (!entry.TryGetProperty("cat", out var kind) || kind.GetString() != "Node" || entry.GetProperty("name").GetString() is not { } name || !name.EndsWith(Suffix, StringComparison.Ordinal)) continue;
                var args = entry.GetProperty("args");
                var provider = args.TryGetProperty("provider", out var found) ? found.GetString() : null;
                kernels.Add(new Kernel(NodeOf(name), args.GetProperty("op_name").GetString() ?? "", provider ?? "", entry.GetProperty("dur").GetDouble()));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"the profile cannot be read: {e.Message}", e);
        }
        return kernels;
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

    /// <summary>A kernel that ran.</summary>
    private readonly record struct Kernel(string Node, string Op, string Provider, double Time);
}
