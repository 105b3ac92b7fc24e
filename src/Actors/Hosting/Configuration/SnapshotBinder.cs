using ActorPipeline.Serving;
using ActorPipeline.Sinks.Files;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>The keys of a sink of type <c>snapshots</c>.</summary>
internal static class SnapshotBinder
{
    /// <summary>Those keys.</summary>
    public static readonly string[] Keys = ["folder", "picture", "min-score", "every", "max-files", "max-size"];

    /// <summary>Reads them.</summary>
    public static SnapshotSettings Read(SettingsReader reader, PipelineId pipeline)
    {
        var standard = new SnapshotSettings { Folder = $"snapshots/{pipeline}" };
        return new SnapshotSettings
        {
            Folder = reader.File("folder", "the path of a folder, relative to the output folder", required: false)?.Text ?? standard.Folder,
            Picture = reader.Read("picture", ValueKind.Enum<SnapshotPicture>(), standard.Picture),
            MinScore = reader.Read("min-score", ValueKind.Float(0, 1), standard.MinScore),
            Every = reader.Read("every", ValueKind.Duration(TimeSpan.Zero, TimeSpan.FromHours(24)), standard.Every),
            MaxFiles = reader.Read("max-files", ValueKind.Int(1, 1_000_000), standard.MaxFiles),
            MaxSize = reader.Read("max-size", ValueKind.Bytes(Bytes.MiB(1), SettingsBinder.LargestSize), standard.MaxSize),
        };
    }
}
