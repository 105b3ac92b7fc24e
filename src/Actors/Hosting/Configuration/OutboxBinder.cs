using ActorPipeline.Events.Outbox;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>Which events a sink sends, and how they wait: the keys that <c>mqtt</c> and <c>webhook</c> share.</summary>
internal static class OutboxBinder
{
    /// <summary>Those keys.</summary>
    public static readonly string[] Keys = ["outcomes", "store", "store-limit", "retry"];

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    /// <summary>Reads them.</summary>
    public static OutboxSettings Read(SettingsReader reader, PipelineId pipeline, string type)
    {
        var standard = new OutboxSettings();
        return new OutboxSettings
        {
            Outcomes = reader.Read("outcomes", ValueKind.List("a list of outcomes, each one of classified, empty, dropped, failed", ValueKind.OneOf("classified", "empty", "dropped", "failed")), standard.Outcomes),
            Store = reader.File("store", "the path of a folder, relative to the output folder, or nothing", required: false, emptyAllowed: true)?.Text ?? $"outbox/{pipeline}-{type}",
            Limit = reader.Read("store-limit", ValueKind.Bytes(Bytes.KiB(64), Bytes.MiB(16 * 1024)), standard.Limit),
            Retry = Retry(reader.Section("retry")),
        };
    }

    private static RetrySettings Retry(SettingsReader reader)
    {
        var standard = new RetrySettings();
        var retry = new RetrySettings
        {
            First = reader.Read("first", ValueKind.Duration(Least, Most), standard.First),
            Longest = reader.Read("longest", ValueKind.Duration(Least, Most), standard.Longest),
        };
        if (retry.First > retry.Longest)
        {
            reader.Error(reader.Has("first") ? "first" : "longest", $"first = {Quantities.Show(retry.First)} is more than longest = {Quantities.Show(retry.Longest)}");
        }

        reader.Done();
        return retry;
    }
}
