using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorPipeline.Hosting.Web;

/// <summary>The page cannot be served; the message is meant for people.</summary>
internal sealed class WebServerException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Serves the page and its interface until it is disposed.</summary>
internal sealed class WebServer : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;

    private WebServer(WebApplication app, WebSite site)
    {
        (_app, Site) = (app, site);
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>What it serves.</summary>
    public WebSite Site { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Listens.</summary>
    /// <param name="settings">Where, and who may ask.</param>
    /// <param name="site">What it serves.</param>
    /// <exception cref="WebServerException">It cannot listen there, or its certificate cannot be read.</exception>
    public static async Task<WebServer> StartAsync(WebSettings settings, WebSite site)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        MetricsPage.Add(builder.Services, site.State.Settings);
        // Signals are the program's.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var certificate = Certificate(settings);
        builder.WebHost.UseKestrelCore();
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = StatusFeed.MostViewers + 128;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            // Nothing here needs a newer one, and each takes memory.
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
            Listen(kestrel, settings, certificate);
        });
        var app = builder.Build();
        app.UseRouting();
        app.Use(site.GuardAsync);
        site.Map(app);
        MetricsPage.Map(app);
        try
        {
            await app.StartAsync();
        }
        catch (IOException error)
        {
            await app.DisposeAsync();
            throw new WebServerException($"actor-pipeline.web.bind: it cannot listen on {settings.Host}:{settings.Port}: {error.InnerException?.Message ?? error.Message}", error);
        }
        return new WebServer(app, site);
    }

    public async ValueTask DisposeAsync()
    {
        Site.Stop();
        using var within = new CancellationTokenSource(StopWithin);
        await _app.StopAsync(within.Token);
        await _app.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions kestrel, WebSettings settings, X509Certificate2? certificate)
    {
        if (IPAddress.TryParse(settings.Host, out var address)) kestrel.Listen(address, settings.Port, Secure);
        else if (settings.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) kestrel.Listen(IPAddress.Loopback, settings.Port, Secure);
        else kestrel.Listen(Resolved(settings), settings.Port, Secure);

        void Secure(ListenOptions options)
        {
            if (certificate is not null) options.UseHttps(certificate);
        }
    }

    private static IPAddress Resolved(WebSettings settings)
    {
        try
        {
            return Dns.GetHostAddresses(settings.Host)[0];
        }
        catch (System.Net.Sockets.SocketException error)
        {
            throw new WebServerException($"actor-pipeline.web.bind: nobody knows the address of '{settings.Host}': {error.Message}", error);
        }
    }

    private static X509Certificate2? Certificate(WebSettings settings)
    {
        if (settings.Certificate.Length == 0) return null;
        try
        {
            return X509CertificateLoader.LoadPkcs12FromFile(settings.Certificate, settings.CertificatePassword);
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new WebServerException($"actor-pipeline.web.certificate: '{settings.Certificate}' cannot be read: {error.Message}", error);
        }
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
