using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>A real server of files that a spec makes as bad as it likes.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = [];
    private readonly ConcurrentQueue<AskedFor> _asked = [];

    private ModelServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>What was asked for, in order.</summary>
    public IReadOnlyList<AskedFor> Asked => [.. _asked];

    /// <param name="certificate">By which it is known; null for http.</param>
    public static async Task<ModelServer> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        var server = new ModelServer(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        server.Address = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    /// <summary>How often a path was asked for.</summary>
    public int CountOf(string path) => _asked.Count(a => a.Path == path);

    /// <summary>Answers a path so from now on.</summary>
    public Uri Answer(string path, RequestDelegate answer)
    {
        _answers[path] = answer;
        return new Uri(Address, path);
    }

    /// <summary>Answers a path as good servers do, parts included.</summary>
    public Uri Serve(string path, byte[] content) => Answer(path, Good(content));

    /// <summary>The same, with the first answers others.</summary>
    public Uri Serve(string path, byte[] content, params RequestDelegate[] first)
    {
        var left = new ConcurrentQueue<RequestDelegate>(first);
        return Answer(path, context => (left.TryDequeue(out var one) ? one : Good(content))(context));
    }

    /// <summary>Sends some, and hangs up.</summary>
    public static RequestDelegate CutOffAfter(byte[] content, int bytes) => async context =>
    {
        Head(context, content);
        await context.Response.Body.WriteAsync(content.AsMemory(0, bytes));
        await context.Response.Body.FlushAsync();
        context.Abort();
    };

    /// <summary>Sends some, and nothing more until the other side goes.</summary>
    public static RequestDelegate SilentAfter(byte[] content, int bytes) => async context =>
    {
        Head(context, content);
        await context.Response.Body.WriteAsync(content.AsMemory(0, bytes));
        await context.Response.Body.FlushAsync();
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    };

    /// <summary>A status alone.</summary>
    public static RequestDelegate Status(int status, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        return Task.CompletedTask;
    };

    /// <summary>The whole, whatever was asked, without a word on what it is.</summary>
    public static RequestDelegate Plain(byte[] content) => context => context.Response.Body.WriteAsync(content).AsTask();

    public static RequestDelegate Good(byte[] content) => context => TypedResults.File(content, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue(TagOf(content))).ExecuteAsync(context);

    public static string TagOf(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"";

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void Head(HttpContext context, byte[] content)
    {
        context.Response.ContentLength = content.Length;
        context.Response.Headers.ETag = TagOf(content);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        _asked.Enqueue(new AskedFor(request.Path.Value!, request.Headers.Range.ToString(), request.Headers.IfRange.ToString()));
        // What a result needs of its application.
        context.RequestServices ??= _app.Services;
        return _answers.TryGetValue(request.Path.Value!, out var answer) ? answer(context) : Status(404)(context);
    }
}

/// <summary>A request that came.</summary>
internal sealed record AskedFor(string Path, string Range, string IfRange);
