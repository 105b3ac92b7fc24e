using ActorPipeline.Metering;
using ActorPipeline.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ActorPipeline.Hosting.Running;

/// <summary>Sends metrics, traces and logs to a collector of OpenTelemetry, where one is configured.</summary>
internal static class TelemetryExport
{
    /// <summary>The .NET runtime's own meter: its names are those of the semantic conventions.</summary>
    public const string RuntimeMeter = "System.Runtime";

    /// <summary>What the program is called.</summary>
    public const string ServiceName = "actorpipeline";

    /// <summary>Series that one model or pipeline may have of an instrument: states, outcomes, reasons.</summary>
    private const int SeriesEach = 12;

    /// <summary>Of what has no such name, or one that is not configured: the runtime's, neighbours', a model's that is tried.</summary>
    private const int SeriesBesides = 32;

    /// <summary>Adds what sends.</summary>
    /// <param name="builder">The host that it goes with, and that sends what is left when it stops.</param>
    /// <param name="settings">Where it is sent; nothing is added where nowhere.</param>
    /// <returns>Whether anything is sent.</returns>
    public static bool Add(HostApplicationBuilder builder, ActorPipelineSettings settings)
    {
        if (settings.Telemetry is not { OtlpEndpoint: { Length: > 0 } endpoint } telemetry) return false;
        // Headers, time limits and attributes of the resource are OpenTelemetry's own variables.
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.Information);
        builder.Services.Configure<OpenTelemetryLoggerOptions>(logs => logs.IncludeFormattedMessage = true);
        builder.Services.Configure<MetricReaderOptions>(reader =>
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)telemetry.OtlpInterval.TotalMilliseconds);
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(Describe)
            .WithMetrics(metrics => Meter(metrics, settings))
            // Which frames are traced is decided before: all that come are taken.
            .WithTracing(traces => traces.AddSource(PipelineTraces.Name).SetSampler(new AlwaysOnSampler()))
            .UseOtlpExporter(telemetry.OtlpProtocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf, new Uri(endpoint));
        return true;
    }

    /// <summary>
    /// Listens to the meters. OpenTelemetry makes room for all series that an instrument may have when it is made, for 2,000 of them unless it is
    /// told otherwise, which is tens of megabytes: here for as many as the configuration can bring forth. Those beyond are summed up in one.
    /// </summary>
    public static MeterProviderBuilder Meter(MeterProviderBuilder metrics, ActorPipelineSettings settings)
    {
        var series = SeriesBesides + (SeriesEach * (settings.Models.Count + settings.Pipelines.Count));
        return metrics.AddMeter(PipelineMeter.Name, RuntimeMeter).AddView(_ => new MetricStreamConfiguration { CardinalityLimit = series });
    }

    /// <summary>Says whose telemetry it is: the same box is the same instance after a restart.</summary>
    public static void Describe(ResourceBuilder resource) => resource
        .AddService(ServiceName, serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3), serviceInstanceId: Environment.MachineName)
        .AddAttributes([new("host.name", Environment.MachineName)]);
}
