using System.Globalization;
using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx.Providers;

/// <summary>A card as options of ONNX Runtime's CUDA provider, by its own names. Pure.</summary>
internal static class CudaOptions
{
    /// <summary>The options.</summary>
    public static IReadOnlyDictionary<string, string> For(ModelCard card, ProviderMachine machine)
    {
        var settings = card.Device;
        var options = new Dictionary<string, string>
        {
            ["device_id"] = "0",
            // The other strategy doubles the arena each time, which a budget cannot foresee.
            ["arena_extend_strategy"] = "kSameAsRequested",
            // Trying every algorithm takes seconds, and the scratch memory of the largest.
            ["cudnn_conv_algo_search"] = "HEURISTIC",
            ["cudnn_conv_use_max_workspace"] = settings.CudnnMaxWorkspace ? "1" : "0",
            ["do_copy_in_default_stream"] = "1",
        };
        if (settings.MemoryLimit > Bytes.Zero) options["gpu_mem_limit"] = settings.MemoryLimit.Count.ToString(CultureInfo.InvariantCulture);
        // ONNX Runtime refuses an option that it does not know.
        if (machine.Since(1, 18)) options["use_tf32"] = settings.Tf32 ? "1" : "0";
        return options;
    }
}
