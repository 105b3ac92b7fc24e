using ActorPipeline.Catalog;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>models.NAME.device</c>.</summary>
internal static class DeviceBinder
{
    private static readonly ValueKind<IReadOnlyList<int>> BatchKind = ValueKind.List(
        "a list of whole numbers from 1 to 64, none twice", ValueKind.Int(1, 64), sizes => sizes.Count > 0 && sizes.Distinct().Count() == sizes.Count);

    /// <summary>Reads it.</summary>
    public static DeviceSettings Read(SettingsReader reader)
    {
        var standard = new DeviceSettings();
        var settings = new DeviceSettings
        {
            Precision = reader.Read("precision", ValueKind.Enum<DevicePrecision>(), standard.Precision),
            Workspace = reader.Read("workspace", ValueKind.Bytes(Bytes.MiB(1), Bytes.MiB(64 * 1024)), standard.Workspace),
            BuilderLevel = reader.Read("builder-level", ValueKind.Int(0, 5), standard.BuilderLevel),
            TacticSources = reader.Read("tactic-sources", ValueKind.Enum<TacticSources>(), standard.TacticSources),
            Batch = reader.Read("batch", BatchKind, standard.Batch),
            AllowFallback = reader.Read("allow-fallback", ValueKind.Bool, standard.AllowFallback),
            MemoryLimit = reader.Read("memory-limit", ValueKind.Bytes(Bytes.Zero, SettingsBinder.LargestSize), standard.MemoryLimit),
            Tf32 = reader.Read("tf32", ValueKind.Bool, standard.Tf32),
            CudnnMaxWorkspace = reader.Read("cudnn-max-workspace", ValueKind.Bool, standard.CudnnMaxWorkspace),
        };
        reader.Done();
        return settings;
    }
}
