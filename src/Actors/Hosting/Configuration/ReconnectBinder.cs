using ActorPipeline.Pipeline;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>pipelines.NAME.reconnect</c>.</summary>
internal static class ReconnectBinder
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    /// <summary>Reads it.</summary>
    public static ReconnectSettings Read(SettingsReader reader)
    {
        var standard = new ReconnectSettings();
        var settings = new ReconnectSettings
        {
            First = reader.Read("first", ValueKind.Duration(Least, Most), standard.First),
            Longest = reader.Read("longest", ValueKind.Duration(Least, Most), standard.Longest),
            For = reader.Read("for", ValueKind.Duration(TimeSpan.Zero, TimeSpan.FromDays(365)), standard.For),
        };
        if (settings.First > settings.Longest)
        {
            reader.Error(
                reader.Has("first") ? "first" : "longest", $"first = {Quantities.Show(settings.First)} is more than longest = {Quantities.Show(settings.Longest)}");
        }

        reader.Done();
        return settings;
    }
}
