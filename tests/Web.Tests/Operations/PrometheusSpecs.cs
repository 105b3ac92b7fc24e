using ActorPipeline.Metering;
using System.Diagnostics;
using System.Text.RegularExpressions;
using ActorPipeline.Hosting.Web;

namespace ActorPipeline.Operations;

/// <summary>What is shipped for Prometheus and Grafana, with a real Prometheus that scrapes the program as it runs.</summary>
public sealed partial class PrometheusSpecs(ServedProgram program) : IClassFixture<ServedProgram>
{
    // What a box of one camera without neighbours, outages and failures has nothing to show for.
    private static readonly string[] Quiet = ["Failures", "Neighbours", "Crops handed off and served", "Hand-offs", "Sources and sinks"];

    [PrometheusFact(NeedsData = true)]
    public async Task Should_show_data_in_every_panel_and_fire_no_alert_when_the_program_runs_well()
    {
        await using var prometheus = new PrometheusServer(program.Address, ServedProgram.Token);
        await prometheus.WaitForAsync("up{job=\"actor-pipeline\"} == 1", found => found.Count == 1);
        await prometheus.WaitForAsync("rate(actor_pipeline_frames_total[5s]) > 0", found => found.Count > 0);
        await prometheus.WaitForAsync("rate(actor_pipeline_model_load_duration_seconds_count{probe=\"false\"}[30s])", found => found.Count == 2);

        var empty = new List<string>();
        foreach (var (title, query) in Dashboard.Queries("30s"))
            if ((await prometheus.AskAsync(query)).Count == 0) empty.Add(title);
        Assert.Equal([], empty.Except([.. Quiet, "Crops a second"]));
        Assert.NotEmpty(await prometheus.AskAsync("rate(actor_pipeline_crops_total[30s]) > 0"));

        var rules = await prometheus.RulesAsync();
        Assert.Equal(14, rules.Count);
        Assert.All(rules, rule => Assert.Equal("ok", rule.Value));
        Assert.Empty(await prometheus.AskAsync("ALERTS{alertstate=\"firing\", severity=~\"page|ticket\"}"));
        await AssertLedgerAsync(prometheus);
    }

    [PrometheusFact]
    public void Should_fire_for_a_box_that_is_ill_and_for_none_that_is_well()
    {
        using var folder = new TestFolder();
        File.Copy(ShareFiles.PathOf("prometheus/alerts.yml"), folder.File("alerts.yml"));
        File.Copy(Path.Combine(ShareFiles.Root, "tests", "Web.Tests", "Operations", "alerts.test.yml"), folder.File("alerts.test.yml"));

        Assert.Equal((0, ""), Run(PrometheusFactAttribute.Tool, folder.Path, "test", "rules", "alerts.test.yml"));
        Assert.Equal((0, ""), Run(PrometheusFactAttribute.Tool, ShareFiles.PathOf("prometheus"), "check", "config", "prometheus.yml"));
    }

    [PrometheusFact(NeedsData = true)]
    public async Task Should_be_a_page_that_prometheus_finds_nothing_wrong_with()
    {
        using var client = new HttpClient { BaseAddress = program.Address, DefaultRequestHeaders = { Authorization = new("Bearer", ServedProgram.Token) } };
        var text = await client.GetStringAsync("/metrics");
        var check = new ProcessStartInfo(PrometheusFactAttribute.Tool, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(check)!;
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        // What is said of the runtime's own names is not ours to change.
        Assert.DoesNotContain("actor_pipeline", said, StringComparison.Ordinal);
        Assert.DoesNotContain("error while", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_know_every_metric_that_a_panel_or_a_rule_asks_for()
    {
        using var meter = new Metering.PipelineMeter();
        var names = new HashSet<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener { InstrumentPublished = (instrument, _) => names.Add(instrument.Name.Replace('.', '_')) };
        listener.Start();
        var asked = Dashboard.Queries("1m").Select(q => q.Query).Append(File.ReadAllText(ShareFiles.PathOf("prometheus/alerts.yml"))).SelectMany(text => MetricName().Matches(text)).Select(m => m.Value).Distinct();

        Assert.All(asked, name => Assert.Contains(Suffix().Replace(name, ""), names));
    }

    [Fact]
    public void Should_be_a_dashboard_whose_panels_lie_beside_each_other_and_are_explained()
    {
        Assert.True(Dashboard.Panels.Count >= 20);
        Assert.All(Dashboard.Panels, panel => Assert.NotEmpty($"{panel["description"]}"));
        Assert.Equal(Dashboard.Document["panels"]!.AsArray().Count, Dashboard.Document["panels"]!.AsArray().Select(p => (int)p!["id"]!).Distinct().Count());
        var cells = Dashboard.Panels.SelectMany(p => Enumerable.Range((int)p["gridPos"]!["x"]!, (int)p["gridPos"]!["w"]!).SelectMany(
            x => Enumerable.Range((int)p["gridPos"]!["y"]!, (int)p["gridPos"]!["h"]!).Select(y => (x, y)))).ToArray();
        Assert.Equal(cells.Length, cells.Distinct().Count());
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    /// <summary>What is told of the ledger adds up to no more than the budget, and is that of both models in turn.</summary>
    private static async Task AssertLedgerAsync(PrometheusServer prometheus)
    {
        Assert.Empty(await prometheus.AskAsync("sum(actor_pipeline_memory_charged_bytes) > sum(actor_pipeline_memory_budget_bytes)"));
        var held = await prometheus.WaitForAsync("max_over_time(sum by (account) (actor_pipeline_memory_charged_bytes{kind=~\"load|resident\"})[1m:1s]) > 0", found => found.Count == 2);
        Assert.Equal(["classifier", "detector"], held.Select(h => $"{h!["metric"]!["account"]}").Order());
    }

    private static (int Code, string Error) Run(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? error : output.Result + error);
    }

    [GeneratedRegex("actor_pipeline_[a-z_]+")]
    private static partial Regex MetricName();

    // What the exporter adds to a name: its unit, and what of it.
    [GeneratedRegex("((_seconds|_bytes)?(_total|_bucket|_sum|_count)?)$")]
    private static partial Regex Suffix();
}
