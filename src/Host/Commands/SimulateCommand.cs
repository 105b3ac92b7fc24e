using System.CommandLine;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Checking;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Hosting.Simulating;
using ActorPipeline.Memory;
using ActorPipeline.Simulation;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>simulate</c>: will these models on this box keep up? Plays a trace against the real ledger in virtual time; loads nothing.</summary>
internal static class SimulateCommand
{
    private sealed record Asked(string Config, IReadOnlyList<string> Sets, string? Trace, TracePattern Pattern, double Fps, double Seconds, string Output, bool Json);

    /// <summary>Some minutes.</summary>
    private const int MostNodeSeconds = 300_000;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var config = SharedOptions.Config();
        // Not with --nodes; that is looked at below.
        config.Required = false;
        var sets = SharedOptions.Sets();
        var json = SharedOptions.Json();
        var output = new Option<string?>("--out") { Description = "Folder of an earlier run, whose summary tells measured load times. Default: out/NAME of the configuration." };
        var trace = new Option<string?>("--trace") { Description = "A recorded trace (JSON lines); its models need the names of the configuration's." };
        var pattern = new Option<TracePattern>("--pattern") { Description = "Without --trace: how frames come. One of steady, bursty, diurnal, adversarial." };
        var fps = new Option<double>("--fps") { Description = "Without --trace: frames a second of each pipeline.", DefaultValueFactory = _ => 15 };
        var seconds = new Option<double?>("--seconds") { Description = "Without --trace: how long. Default: 60, with --nodes 20." };
        var nodes = new Option<int?>("--nodes") { Description = "Instead of --config: so many nodes of a cluster, drawn at random, with and without hand-off of crops." };
        var site = new Option<int>("--site") { Description = "With --nodes: nodes of one site, which know each other.", DefaultValueFactory = _ => 20 };
        var seed = new Option<int>("--seed") { Description = "With --nodes: what is drawn.", DefaultValueFactory = _ => 1 };
        Bound(fps, 0.01, 1000);
        Bound(seconds, 0.1, 86_400);
        Bound(nodes, 2, 10_000);
        Bound(site, 2, 1000);
        var command = new Command("simulate", "Says whether the models of a configuration keep up with a trace under its budget. Loads no model.")
        {
            config, sets, trace, pattern, fps, seconds, output, json, nodes, site, seed,
        };
        command.Validators.Add(result =>
        {
            var (one, many) = (result.GetResult(config) is not null, result.GetResult(nodes) is not null);
            if (one == many) result.AddError("simulate takes --config or --nodes, one of them.");
        });
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(nodes) is { } many)
            {
                var length = TimeSpan.FromSeconds(parsed.GetValue(seconds) ?? 20);
                return SimulateCluster(new ClusterRecipe(many, parsed.GetValue(seed), length) { Site = parsed.GetValue(site) }, parsed.GetValue(json), terminal);
            }
            var file = parsed.GetValue(config)!;
            return Simulate(
                new Asked(
                    file, parsed.GetValue(sets) ?? [], parsed.GetValue(trace), parsed.GetValue(pattern), parsed.GetValue(fps), parsed.GetValue(seconds) ?? 60,
                    SharedOptions.OutputOf(parsed.GetValue(output), file), parsed.GetValue(json)),
                terminal);
        });
        return command;
    }

    private static int Simulate(Asked asked, Terminal terminal)
    {
        if (ConfigurationFile.Read(asked.Config, asked.Sets, terminal.Error) is not { Settings: { } settings }) return ExitCode.BadConfiguration;
        var parts = ActorPipelineParts.Product(TimeProvider.System, asked.Output, engines: settings.Engines, library: settings.OnnxRuntime.Library);
        var check = new ConfigurationCheck(settings, parts, asked.Output).Run(MachineMemory.Available());
        foreach (var error in check.Errors) terminal.Error.WriteLine($"error: {error}");
        if (check.Errors.Count > 0) return ExitCode.BadConfiguration;
        var estimates = new List<string>();
        var trace = asked.Trace is { } path ? Recorded(path, check, estimates, terminal.Error) : Generated(asked, settings, check, estimates, terminal.Error);
        if (trace is null) return ExitCode.BadConfiguration;

        var report = SimulationReport.Of(trace, Simulator.Run(trace, settings.Memory, settings.Memory.CreatePolicy()), estimates);
        if (asked.Json) terminal.Out.WriteLine(RunSummary.OneLine(report.ToJson()));
        else foreach (var line in report.Lines()) terminal.Out.WriteLine(line);
        return ExitCode.Done;
    }

    /// <summary>Whether a thousand boxes that hand crops over do more than a thousand that do not.</summary>
    private static int SimulateCluster(ClusterRecipe recipe, bool json, Terminal terminal)
    {
        if (recipe.Nodes * recipe.Length.TotalSeconds > MostNodeSeconds)
        {
            terminal.Error.WriteLine($"error: --nodes and --seconds multiply to more than {MostNodeSeconds}");
            return ExitCode.BadConfiguration;
        }
        var report = ClusterReport.Of(recipe);
        if (json) terminal.Out.WriteLine(RunSummary.OneLine(report.ToJson()));
        else foreach (var line in report.Lines()) terminal.Out.WriteLine(line);
        return ExitCode.Done;
    }

    /// <summary>Requests and times are the trace's, footprints and budget the configuration's.</summary>
    private static WorkloadTrace? Recorded(string path, CheckReport check, List<string> estimates, TextWriter errors)
    {
        try
        {
            using var file = File.OpenText(path);
            var trace = TraceReader.Read(file);
            var models = new List<TraceModel>();
            foreach (var model in trace.Models)
            {
                if (!check.Models.ContainsKey(model.Id)) throw new TraceFormatException(1, $"the configuration has no model '{model.Id}'");
                models.Add(model with { Footprint = FootprintOf(model.Id, check, estimates) });
            }
            return trace with { Models = models, Budget = PoolVector.OfHost(check.ForModels), Lanes = check.Lanes };
        }
        catch (TraceFormatException error)
        {
            errors.WriteLine($"error: trace '{path}', {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.WriteLine($"error: trace '{path}' cannot be read: {error.Message}");
        }
        return null;
    }

    private static WorkloadTrace? Generated(Asked asked, ActorPipelineSettings settings, CheckReport check, List<string> estimates, TextWriter errors)
    {
        if (settings.Pipelines.Count == 0)
        {
            errors.WriteLine("error: the configuration has no pipelines to make a trace from; name one with --trace");
            return null;
        }
        if (settings.Pipelines.Count * asked.Fps * asked.Seconds > TraceReader.MostRequests / 2)
        {
            errors.WriteLine($"error: --fps {asked.Fps} and --seconds {asked.Seconds} make more than {TraceReader.MostRequests / 2} frames");
            return null;
        }
        var summary = ModelTimes.LastRun(Path.Combine(asked.Output, "summary.json"));
        var models = new List<TraceModel>();
        foreach (var (id, model) in check.Models)
        {
            var times = ModelTimes.Of(id.Value, model.Preferred.Inspection, summary);
            if (!times.LoadIsMeasured) estimates.Add($"loads of '{id}' take {times.Load.TotalMilliseconds:0} ms, by the size of its file (a run would measure it)");
            estimates.Add($"a run of '{id}' takes {times.Run.TotalMilliseconds:0} ms, by the size of its file (a recorded trace would tell)");
            var card = model.Card;
            models.Add(new TraceModel(id, FootprintOf(id, check, estimates), times.Load, times.Unload, times.Run) { Priority = card.Priority, Pin = card.Pin });
        }
        var pipelines = check.Pipelines.Select(p => p.Settings with { Classify = [.. p.Classifiers.Select(c => c.Model)] }).ToArray();
        return ConfigurationTrace.Of(pipelines, models, asked.Pattern, asked.Fps, asked.Seconds, PoolVector.OfHost(check.ForModels), check.Lanes);
    }

    /// <summary>As a run takes it: a guess that does not fit is cut to the room there is.</summary>
    private static Footprint FootprintOf(ModelId id, CheckReport check, List<string> estimates)
    {
        var footprint = check.Models[id].Preferred.Inspection.Footprint;
        if (footprint.Source == FootprintSource.Estimated) estimates.Add($"'{id}' needs {footprint.LoadLease(check.Lanes)[MemoryPool.Host]}, by the size of its file");
        return footprint.WithinRoom(check.ForModels, check.Lanes);
    }

    private static void Bound(Option option, double least, double most) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && double.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out var number) && !(number >= least && number <= most))
            result.AddError($"{option.Name} takes a number from {least} to {most}.");
    });
}
