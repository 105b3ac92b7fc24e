using System.Diagnostics;
using ActorPipeline.Operations.Otlp;

namespace ActorPipeline.Operations;

/// <summary>The program as a process, with a collector that is played over HTTP.</summary>
public sealed class OtlpExportSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [DataFact]
    public async Task Should_send_metrics_traces_and_logs_when_a_collector_is_configured()
    {
        await using var collector = await Collector.StartAsync();
        var error = await RunAsync("OTEL_RESOURCE_ATTRIBUTES", "site=north", $"actor-pipeline.telemetry.otlp.endpoint=\"{collector.Address}\"", "actor-pipeline.telemetry.otlp.interval=500ms");

        Assert.DoesNotContain("error", error, StringComparison.Ordinal);
        AssertMetrics(collector);
        AssertTraces(collector);
        AssertLogs(collector);
        var resource = collector.Traces.First().ResourceSpans[0].Resource;
        Assert.Equal("actorpipeline", Of(resource.Attributes, "service.name"));
        Assert.Equal("north", Of(resource.Attributes, "site"));
        Assert.NotEqual("", Of(resource.Attributes, "service.instance.id"));
    }

    [DataFact]
    public async Task Should_run_as_ever_when_the_collector_is_not_there()
    {
        var error = await RunAsync("OTEL_EXPORTER_OTLP_TIMEOUT", "500", "actor-pipeline.telemetry.otlp.endpoint=\"http://127.0.0.1:9\"");

        Assert.DoesNotContain("error", error, StringComparison.Ordinal);
    }

    private static void AssertMetrics(Collector collector)
    {
        var newest = collector.AllMetrics.GroupBy(m => m.Metric.Name).ToDictionary(g => g.Key, g => g.Last());
        var frames = newest["actor_pipeline.frames"];
        Assert.Equal(("ActorPipeline", "{frame}"), (frames.Scope, frames.Metric.Unit));
        Assert.Equal(40, frames.Metric.Sum.DataPoints.Sum(p => p.AsInt));
        Assert.All(frames.Metric.Sum.DataPoints, p => Assert.Equal("street", Of(p.Attributes, "pipeline")));
        var duration = newest["actor_pipeline.frame.duration"].Metric;
        Assert.Equal("s", duration.Unit);
        Assert.Equal(40UL, duration.Histogram.DataPoints.Aggregate(0UL, (sum, p) => sum + p.Count));
        Assert.Contains(0.035, duration.Histogram.DataPoints[0].ExplicitBounds);
        Assert.Equal(64L << 20, newest["actor_pipeline.memory.budget"].Metric.Gauge.DataPoints[0].AsInt);
        Assert.Contains(newest["actor_pipeline.memory.charged"].Metric.Gauge.DataPoints, p => Of(p.Attributes, "account") == "detector" && Of(p.Attributes, "kind") == "resident");
        Assert.Contains("dotnet.gc.collections", newest.Keys);
        Assert.Contains("actor_pipeline.model.load.duration", newest.Keys);
    }

    private static void AssertTraces(Collector collector)
    {
        var spans = collector.Traces.SelectMany(r => r.ResourceSpans).SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans).ToArray();
        var frames = spans.Where(s => s.Name == "frame").ToArray();
        Assert.Equal(40, frames.Length);
        Assert.All(frames, frame =>
        {
            Assert.Empty(frame.ParentSpanId);
            var below = spans.Where(s => s.TraceId == frame.TraceId && s.ParentSpanId == frame.SpanId).Select(s => s.Name).ToArray();
            Assert.Contains("capture", below);
            Assert.Contains("detect", below);
        });
        foreach (var name in (string[])["crop", "classify", "waiting", "run", "lease", "load"]) Assert.Contains(spans, s => s.Name == name);
        Assert.All(spans, s => Assert.True(s.EndTimeUnixNano >= s.StartTimeUnixNano));
    }

    private static void AssertLogs(Collector collector)
    {
        var records = collector.Logs.SelectMany(r => r.ResourceLogs).SelectMany(r => r.ScopeLogs).SelectMany(s => s.LogRecords).ToArray();
        var loaded = records.First(r => r.Body.StringValue.StartsWith("Loaded classifier as", StringComparison.Ordinal));
        Assert.Equal("classifier", Of(loaded.Attributes, "Model"));
        Assert.Contains("/actor-pipeline/models/classifier", Of(loaded.Attributes, "akka.actor"), StringComparison.Ordinal);
        Assert.Equal("Information", loaded.SeverityText);
    }

    private static string Of(IEnumerable<KeyValue> attributes, string key) => attributes.FirstOrDefault(a => a.Key == key)?.Value.StringValue ?? "";

    /// <summary>Runs 40 frames of the street under a budget that makes models take turns.</summary>
    /// <returns>What it said on its standard error.</returns>
    private async Task<string> RunAsync(string variable, string value, params string[] sets)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll"), "run", "--config", Configuration(), "--frames", "40", "--out", _folder.File("out"), "--json"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var set in (string[])[.. sets, "actor-pipeline.telemetry.traces.sample=1"])
        {
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add(set);
        }
        start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(bound.Token), process.StandardError.ReadToEndAsync(bound.Token));
        await process.WaitForExitAsync(bound.Token);
        Assert.True(process.ExitCode == 0, await error);
        Assert.Contains("\"captured\":40", (await output).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        return await error;
    }

    private string Configuration()
    {
        File.WriteAllText(_folder.File("street.conf"), $$"""
            actor-pipeline {
              memory.budget = 64 MiB
              serving.lanes = 2
              models {
                detector { path = "{{TestData.PathOf("models", "picodet_s_320_coco.onnx")}}", kind = picodet, labels = "{{TestData.PathOf("labels", "coco80.txt")}}" }
                classifier { path = "{{TestData.PathOf("models", "SqueezeNet_fp32.onnx")}}", kind = classification, labels = "{{TestData.PathOf("labels", "imagenet1k.txt")}}"
                             input { channels = bgr, mean = [104, 117, 123], std = [1, 1, 1] } }
              }
              pipelines.street { source = "{{TestData.Video}}", detect = detector, classify = classifier, only = [person, car], max-crops = 4, window { min = 2, max = 4 } }
            }
            """);
        return _folder.File("street.conf");
    }
}
