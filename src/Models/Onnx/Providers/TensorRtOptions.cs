using System.Globalization;
using ActorPipeline.Catalog;
using ActorPipeline.Device;

namespace ActorPipeline.Onnx.Providers;

/// <summary>A card as options of ONNX Runtime's TensorRT provider, by its own names. Pure.</summary>
/// <remarks>
/// What is left out on purpose: calibration tables (TensorRT 10.1 gave them up; precision comes from the model's own Q and DQ nodes), and
/// hardware compatibility (an engine is kept for one device anyway, and an Orin cannot have it).
/// </remarks>
internal static class TensorRtOptions
{
    /// <summary>ONNX Runtime refuses an option that it does not know, so that each goes only to a library that has it.</summary>
    private static readonly (string Key, int Minor)[] NewerOptions =
    [
        ("trt_context_memory_sharing_enable", 13),
        ("trt_timing_cache_enable", 15), ("trt_builder_optimization_level", 15), ("trt_auxiliary_streams", 15), ("trt_tactic_sources", 15),
        ("trt_profile_min_shapes", 16), ("trt_profile_opt_shapes", 16), ("trt_profile_max_shapes", 16),
        ("trt_engine_cache_prefix", 17), ("trt_timing_cache_path", 17),
        ("trt_dump_ep_context_model", 17), ("trt_ep_context_file_path", 17), ("trt_ep_context_embed_mode", 17),
    ];

    /// <summary>The options.</summary>
    /// <param name="card">The model.</param>
    /// <param name="model">What its file says.</param>
    /// <param name="machine">What there is; it has a device.</param>
    /// <param name="precision">What was chosen: "fp32", "fp16" or "int8".</param>
    /// <param name="stage">Whether an engine is built to be kept, or loaded.</param>
    public static IReadOnlyDictionary<string, string> For(ModelCard card, ModelFacts model, ProviderMachine machine, string precision, TensorRtStage stage)
    {
        var (settings, device) = (card.Device, machine.Device ?? throw new ArgumentException("it has no device", nameof(machine)));
        var options = new Dictionary<string, string>
        {
            ["device_id"] = "0",
            // Without a limit TensorRT may take the whole device as scratch memory while it builds.
            ["trt_max_workspace_size"] = Number(settings.Workspace.Count),
            // Beside INT8, too: layers that are not quantised need not run in FP32.
            ["trt_fp16_enable"] = Bit(precision == "fp16" || (precision == "int8" && settings.Precision != DevicePrecision.Fp32 && device.Compute.HasFastFp16)),
            ["trt_int8_enable"] = Bit(precision == "int8"),
            ["trt_context_memory_sharing_enable"] = "1",
            ["trt_builder_optimization_level"] = Number(settings.BuilderLevel),
            // None: each further stream has activations of its own.
            ["trt_auxiliary_streams"] = "0",
        };
        if (IsLean(settings, device)) options["trt_tactic_sources"] = "-CUDNN,-CUBLAS,-CUBLAS_LT";
        if (model.HasFreeBatch) AddProfile(options, settings, model);
        AddStage(options, card, machine, stage);
        foreach (var (key, minor) in NewerOptions)
            if (!machine.Since(1, minor)) options.Remove(key);
        return options;
    }

    /// <summary>Whether cuDNN and cuBLAS are left out.</summary>
    public static bool IsLean(DeviceSettings settings, DeviceCapability device) =>
        settings.TacticSources == TacticSources.Lean || (settings.TacticSources == TacticSources.Auto && device.Unified);

    /// <summary>Whether the library keeps engines as models of their own, with an EPContext node in the place of what was built; before, it only had a folder of engines to look into.</summary>
    public static bool KeepsContexts(ProviderMachine machine) => machine.Since(1, 17);

    /// <summary>Whether the library can be told for which batches an engine is built.</summary>
    public static bool HasProfiles(ProviderMachine machine) => machine.Since(1, 16);

    private static void AddStage(Dictionary<string, string> options, ModelCard card, ProviderMachine machine, TensorRtStage stage)
    {
        switch (stage)
        {
            case TensorRtStage.Building building:
                options["trt_engine_cache_enable"] = "1";
                options["trt_engine_cache_prefix"] = Prefix(card);
                options["trt_timing_cache_enable"] = "1";
                options["trt_timing_cache_path"] = building.TimingFolder;
                if (KeepsContexts(machine))
                {
                    options["trt_dump_ep_context_model"] = "1";
                    options["trt_ep_context_file_path"] = Path.Combine(building.Folder, TensorRtStage.ContextName);
                    // The engine beside the model, not in it: a model with one inside is read into memory whole. No cache path: it would
                    // have to be relative to the model's folder, which is what it is without.
                    options["trt_ep_context_embed_mode"] = "0";
                }
                else
                {
                    options["trt_engine_cache_path"] = building.Folder;
                }
                break;
            case TensorRtStage.Loading loading when !KeepsContexts(machine):
                options["trt_engine_cache_enable"] = "1";
                options["trt_engine_cache_path"] = loading.Folder;
                break;
        }
    }

    private static void AddProfile(Dictionary<string, string> options, DeviceSettings settings, ModelFacts model)
    {
        // One crop alone always runs: what a batch leaves over.
        options["trt_profile_min_shapes"] = Shape(1);
        options["trt_profile_opt_shapes"] = Shape(settings.Batch[0]);
        options["trt_profile_max_shapes"] = Shape(settings.Batch.Max());

        string Shape(int batch) => $"{model.Input}:{string.Join('x', model.Shape.Select((d, i) => Number(i == 0 ? batch : d)))}";
    }

    private static string Prefix(ModelCard card) => string.Concat(card.Id.Value.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Bit(bool on) => on ? "1" : "0";
}
