using ActorPipeline.Hosting.Running;
using ActorPipeline.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace ActorPipeline.Hosting.Web;

/// <summary><c>/metrics</c>, for Prometheus: what the meters have, written down when it is asked for.</summary>
internal static class MetricsPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/metrics";

    /// <summary>Listens to the meters from now on.</summary>
    public static void Add(IServiceCollection services, ActorPipelineSettings settings) => services.AddOpenTelemetry()
        .ConfigureResource(TelemetryExport.Describe)
        .WithMetrics(metrics => TelemetryExport.Meter(metrics, settings).AddPrometheusExporter());

    /// <summary>Answers there; who may ask is decided before.</summary>
    public static void Map(WebApplication app) => app.MapPrometheusScrapingEndpoint(Path);
}
