using ActorPipeline.Sinks.Files;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>When a sink's file gives way to a new one: <c>rotate</c> of files of lines, <c>segments</c> of videos.</summary>
internal static class RotationBinder
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(8760);

    /// <summary>Reads <c>rotate</c>; null where there is none.</summary>
    public static RotateSettings? Rotate(SettingsReader sink)
    {
        var reader = sink.Section("rotate");
        var settings = new RotateSettings
        {
            Size = Size(reader),
            Every = Duration(reader, "every"),
            Keep = Keep(reader),
        };
        return IsBounded(sink, "rotate", reader, "every") ? settings : null;
    }

    /// <summary>Reads <c>segments</c>; null where there are none.</summary>
    public static SegmentSettings? Segments(SettingsReader sink)
    {
        var reader = sink.Section("segments");
        var settings = new SegmentSettings
        {
            Length = Duration(reader, "length"),
            Size = Size(reader),
            Keep = Keep(reader),
        };
        return IsBounded(sink, "segments", reader, "length") ? settings : null;
    }

    private static Bytes? Size(SettingsReader reader) => reader.TryRead("size", ValueKind.Bytes(Bytes.KiB(64), SettingsBinder.LargestSize), false, out var size) ? size : null;

    private static TimeSpan? Duration(SettingsReader reader, string key) => reader.TryRead(key, ValueKind.Duration(Shortest, Longest), false, out var value) ? value : null;

    private static int Keep(SettingsReader reader) => reader.Read("keep", ValueKind.Int(1, 100_000), new RotateSettings().Keep);

    /// <summary>Whether the section is there; told where it says neither how long nor how large.</summary>
    private static bool IsBounded(SettingsReader sink, string section, SettingsReader reader, string duration)
    {
        if (!sink.Has(section)) return false;
        if (!reader.IsWrong && !reader.Has(duration) && !reader.Has("size")) sink.Error(section, $"it needs {duration} or size, or both: without them there is only one file");
        reader.Done();
        return true;
    }
}
