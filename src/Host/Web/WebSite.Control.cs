using System.Text.Json;
using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Serving;
using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting.Web;

/// <content>What changes something.</content>
internal sealed partial class WebSite
{
    private void MapControl(WebApplication app)
    {
        app.MapPost("/api/pipelines/{id}/pause", context => PipelineAsync(context, id => new PausePipeline(id), "pauses"));
        app.MapPost("/api/pipelines/{id}/resume", context => PipelineAsync(context, id => new ResumePipeline(id), "resumes"));
        app.MapPost("/api/models/{id}/pin", context => ModelAsync(context, id => new PinModel(id, true), "pins"));
        app.MapPost("/api/models/{id}/unpin", context => ModelAsync(context, id => new PinModel(id, false), "unpins"));
        app.MapPost("/api/models/{id}/preload", context => ModelAsync(context, id => new PreloadModel(id), "preloads"));
        app.MapPost("/api/models/{id}/unload", context => ModelAsync(context, id => new EvictModel(id), "unloads"));
        app.MapPost("/api/budget", BudgetAsync);
        app.MapPost("/api/reload", ReloadAsync);
    }

    private Task PipelineAsync(HttpContext context, Func<PipelineId, IControl> control, string word) =>
        settings.Pipelines.FirstOrDefault(p => p.Id.Value == Id(context)) is { } pipeline
            ? CommandAsync(context, control(pipeline.Id), $"{word} pipeline '{pipeline.Id}'")
            : ErrorAsync(context, StatusCodes.Status404NotFound, "there is no such pipeline");

    private Task ModelAsync(HttpContext context, Func<ModelId, IControl> control, string word) => IsModel(Id(context), out var model)
        ? CommandAsync(context, control(model), $"{word} model '{model}'")
        : ErrorAsync(context, StatusCodes.Status404NotFound, "there is no such model");

    private async Task BudgetAsync(HttpContext context)
    {
        if (await BodyAsync(context) is not { } body || body["budget"] is not JsonValue value || !value.TryGetValue<string>(out var text) || !Bytes.TryParse(text, out var budget))
            await ErrorAsync(context, StatusCodes.Status400BadRequest, "expected { \"budget\": \"64 MiB\" }");
        else await CommandAsync(context, new SetBudget(budget), $"sets the budget to {budget}");
    }

    private async Task ReloadAsync(HttpContext context)
    {
        if (Reload?.Invoke(State.Current()) is not { } reload)
        {
            await ErrorAsync(context, StatusCodes.Status409Conflict, "there is no configuration to read anew");
            return;
        }
        if (reload.Errors.Count > 0)
        {
            say($"{Visitor(context)} reads the configuration anew, which is wrong: {string.Join("; ", reload.Errors)}");
            await JsonAsync(context, StatusCodes.Status422UnprocessableEntity, new JsonObject { ["error"] = "the configuration is wrong; what runs stays as it is", ["errors"] = StatusJson.Texts(reload.Errors) });
            return;
        }
        var (applied, refused) = (new List<string>(), new List<string>());
        foreach (var control in reload.Controls)
        {
            switch (await AskAsync(control, context.RequestAborted))
            {
                case ControlDone done: applied.Add(done.Text); break;
                case ControlRefused no: refused.Add(no.Reason); break;
            }
        }
        say($"{Visitor(context)} reads the configuration anew: {string.Join("; ", [.. applied.DefaultIfEmpty("nothing to apply"), .. refused, .. reload.NeedRestart.Select(key => $"{key} takes a restart")])}");
        await JsonAsync(context, StatusCodes.Status200OK, new JsonObject
        {
            ["applied"] = StatusJson.Texts(applied), ["refused"] = StatusJson.Texts(refused), ["needRestart"] = StatusJson.Texts(reload.NeedRestart),
        });
    }

    private async Task CommandAsync(HttpContext context, IControl control, string what)
    {
        var answer = await AskAsync(control, context.RequestAborted);
        switch (answer)
        {
            case ControlDone done:
                say($"{Visitor(context)} {what}: {done.Text}");
                await JsonAsync(context, StatusCodes.Status200OK, new JsonObject { ["done"] = done.Text });
                break;
            case ControlRefused refused:
                say($"{Visitor(context)} {what}, which is refused: {refused.Reason}");
                await ErrorAsync(context, StatusCodes.Status409Conflict, refused.Reason);
                break;
        }
    }

    private async Task<object> AskAsync(IControl control, CancellationToken cancellation)
    {
        if (_root is not { } root) return new ControlRefused("it begins");
        try
        {
            return await root.Ask<object>(control, AnswerWithin, cancellation);
        }
        catch (AskTimeoutException)
        {
            return new ControlRefused("nobody answers: it begins, or ends");
        }
    }

    private bool IsModel(string name, out ModelId model)
    {
        model = settings.Models.Keys.FirstOrDefault(id => id.Value == name);
        return model.Value is not null;
    }

    private static async Task<JsonObject?> BodyAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, documentOptions: new JsonDocumentOptions { MaxDepth = 8 }, cancellationToken: context.RequestAborted) as JsonObject;
        }
        catch (Exception error) when (error is JsonException or BadHttpRequestException)
        {
            return null;
        }
    }

    private static Task ErrorAsync(HttpContext context, int status, string why) => JsonAsync(context, status, new JsonObject { ["error"] = why });

    private static async Task JsonAsync(HttpContext context, int status, JsonObject answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }
}
