using ActorPipeline.Pipeline;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>pipelines.NAME.tracking</c>.</summary>
internal static class TrackingBinder
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);

    /// <summary>Reads it.</summary>
    public static TrackingSettings Read(SettingsReader reader)
    {
        var standard = new TrackingSettings();
        var settings = new TrackingSettings
        {
            Enabled = reader.Read("enabled", ValueKind.Bool, standard.Enabled),
            LostAfter = reader.Read("lost-after", ValueKind.Duration(Least, TimeSpan.FromMinutes(10)), standard.LostAfter),
            HighScore = reader.Read("high-score", ValueKind.Float(0, 1), standard.HighScore),
            ReclassifyAfter = reader.Read("reclassify-after", ValueKind.Duration(TimeSpan.Zero, TimeSpan.FromHours(1)), standard.ReclassifyAfter),
            ReclassifyGrowth = reader.Read("reclassify-growth", ValueKind.Float(1, 100), standard.ReclassifyGrowth),
            ReclassifyBelow = reader.Read("reclassify-below", ValueKind.Float(0, 1), standard.ReclassifyBelow),
            ReclassifyWait = reader.Read("reclassify-wait", ValueKind.Duration(Least, TimeSpan.FromHours(1)), standard.ReclassifyWait),
        };
        reader.Done();
        return settings;
    }
}
