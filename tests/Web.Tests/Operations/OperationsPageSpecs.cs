using ActorPipeline.Metering;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Operations;

/// <summary>docs/operations.md says what is so.</summary>
public sealed partial class OperationsPageSpecs
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ShareFiles.Root, "docs", "operations.md"));

    [Fact]
    public void Should_name_each_metric_with_its_unit()
    {
        using var meter = new PipelineMeter();
        var there = new SortedSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener { InstrumentPublished = (i, _) => { if (i.Meter.Name == PipelineMeter.Name) there.Add($"{i.Name} {i.Unit}"); } };
        listener.Start();

        Assert.Equal(there, MetricRow().Matches(Page).Select(row => $"{row.Groups[1].Value} {row.Groups[2].Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Should_name_each_alert()
    {
        var rules = AlertName().Matches(File.ReadAllText(ShareFiles.PathOf("prometheus/alerts.yml"))).Select(m => m.Groups[1].Value);

        Assert.Equal(rules, AlertRow().Matches(Page).Select(row => row.Groups[1].Value));
    }

    [GeneratedRegex(@"^\| `(actor_pipeline[a-z_.]+)` \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex(@"^\| `(ActorPipeline[A-Za-z]+)` \|", RegexOptions.Multiline)]
    private static partial Regex AlertRow();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();
}
