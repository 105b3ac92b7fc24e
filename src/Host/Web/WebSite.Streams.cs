using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ActorPipeline.Memory;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Microsoft.AspNetCore.Http;

namespace ActorPipeline.Hosting.Web;

/// <content>What is looked at: history, the present as it goes on, pictures, and why a model is or is not in memory.</content>
internal sealed partial class WebSite
{
    private static readonly TimeSpan SendWithin = TimeSpan.FromSeconds(10);

    private async Task HistoryAsync(HttpContext context)
    {
        JsonObject history;
        var (point, mark) = (Number(context, "point"), Number(context, "mark"));
        lock (State.Gate) history = HistoryJson.Of(State, point, mark, time.Instant());
        await JsonAsync(context, StatusCodes.Status200OK, history);
    }

    private async Task LiveAsync(HttpContext context)
    {
        if (Feed.TryJoin() is not { } viewer)
        {
            await ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "as many look at this as may");
            return;
        }
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            context.Response.ContentType = "text/event-stream";
            await foreach (var message in viewer.Reader.ReadAllAsync(over.Token))
            {
                await SendAsync(context, message, over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Looks no more, or everything ends.
        }
        finally
        {
            Feed.Leave(viewer);
        }
    }

    private async Task PictureAsync(HttpContext context)
    {
        if (!_pictures.TryGetValue(Id(context), out var picture))
        {
            await ErrorAsync(context, StatusCodes.Status404NotFound, "there is no such pipeline, or actor-pipeline.web.pictures is off");
            return;
        }
        using var watching = picture.TryWatch();
        if (watching is null)
        {
            await ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "as many look at this as may");
            return;
        }
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        context.Response.ContentType = "multipart/x-mixed-replace; boundary=frame";
        try
        {
            while (true)
            {
                var jpeg = await picture.NextAsync(over.Token);
                var head = string.Create(CultureInfo.InvariantCulture, $"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {jpeg.Length}\r\n\r\n");
                await SendAsync(context, (byte[])[.. Encoding.ASCII.GetBytes(head), .. jpeg.Span, .. "\r\n"u8], over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Looks no more, or everything ends.
        }
    }

    private async Task ExplainAsync(HttpContext context)
    {
        if (_root is not { } root || !IsModel(Id(context), out var model))
        {
            await ErrorAsync(context, StatusCodes.Status404NotFound, "there is no such model");
            return;
        }
        try
        {
            if (await root.Ask<object>(new MemoryProtocol.ExplainModel(model), AnswerWithin, context.RequestAborted) is MemoryProtocol.ModelExplained told)
                await JsonAsync(context, StatusCodes.Status200OK, ExplanationJson.Of(told.Explanation));
            else await ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "nobody knows: it begins, or ends");
        }
        catch (AskTimeoutException)
        {
            await ErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "nobody answers: it begins, or ends");
        }
    }

    /// <summary>Who stops reading is cut off: the server's own measure of slowness counts bytes that lie in buffers, and takes minutes to see it.</summary>
    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> bytes, CancellationToken over)
    {
        using var within = CancellationTokenSource.CreateLinkedTokenSource(over);
        within.CancelAfter(SendWithin);
        try
        {
            await context.Response.Body.WriteAsync(bytes, within.Token);
            await context.Response.Body.FlushAsync(within.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
            throw;
        }
    }

    private static long Number(HttpContext context, string key) =>
        long.TryParse(context.Request.Query[key].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Id(HttpContext context) => context.Request.RouteValues["id"] as string ?? "";
}
