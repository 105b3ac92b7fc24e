namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>telemetry</c>.</summary>
internal static class TelemetryBinder
{
    private static readonly ValueKind<string> EndpointKind = ValueKind.TextWhere(
        "\"http://host:port\" or \"https://host:port\", or \"\" for none", text => text.Length == 0 || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.Host.Length > 0));

    /// <summary>Reads it.</summary>
    /// <param name="reader">Of the block.</param>
    public static TelemetrySettings Read(SettingsReader reader)
    {
        var standard = new TelemetrySettings();
        var (traces, otlp) = (reader.Section("traces"), reader.Section("otlp"));
        var settings = new TelemetrySettings
        {
            TraceSample = traces.Read("sample", ValueKind.Number(0, 1), standard.TraceSample),
            OtlpEndpoint = otlp.Read("endpoint", EndpointKind, standard.OtlpEndpoint),
            OtlpProtocol = otlp.Read("protocol", ValueKind.Enum<OtlpProtocol>(), standard.OtlpProtocol),
            OtlpInterval = otlp.Read("interval", ValueKind.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)), standard.OtlpInterval),
        };
        traces.Done();
        otlp.Done();
        reader.Done();
        return settings;
    }
}
