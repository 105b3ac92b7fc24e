using System.CommandLine;
using ActorPipeline;
using ActorPipeline.Bench;
using ActorPipeline.Bench.Accuracy;
using ActorPipeline.Bench.Cgroup;
using ActorPipeline.Bench.Chain;
using ActorPipeline.Bench.Engines;
using ActorPipeline.Bench.Memory;
using ActorPipeline.Bench.Policy;

var json = new Option<bool>("--json") { Description = "Prints the figures as one JSON object, as the last line." };
var rounds = new Option<int>("--rounds") { Description = "Rounds of a comparison.", DefaultValueFactory = _ => 5 };
var frames = new Option<int>("--frames") { Description = "Frames a round.", DefaultValueFactory = _ => 200 };

var chain = new Command("chain", "The pipeline against a bare loop on one thread: over_bare.") { json, rounds, frames };
chain.SetAction(async (parsed, _) => (await ChainBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames))).Print(parsed.GetValue(json)));

var accuracy = new Command("accuracy", "mAP of PicoDet-S on coco_cc/val, as exported and as an engine: map, ap50, map_change.") { json };
accuracy.SetAction(parsed => AccuracyBench.Run().Print(parsed.GetValue(json)));

var times = new Option<int>("--cycles") { Description = "Loads, runs and unloads of both models.", DefaultValueFactory = _ => 1000 };
var plain = new Option<bool>("--plain") { Description = "Loads models as they are instead of as prepared." };
var cycles = new Command("cycles", "Loads, runs and unloads both models: growth, slope_mb, returned, noise_mb.") { json, times, plain };
cycles.SetAction(parsed => CyclesBench.Run(parsed.GetValue(times), parsed.GetValue(plain)).Print(parsed.GetValue(json)));

var models = new Command("models", "What one model costs, with and without arena, plain and prepared: each in a process of its own.") { json };
models.SetAction(parsed => ModelsBench.Run(parsed.GetValue(json)));

var model = new Option<string>("--model") { Required = true };
var arena = new Option<bool>("--arena");
var mapLarge = new Option<bool>("--map-large");
var cache = new Option<string?>("--cache");
var modelsOne = new Command(ModelsBench.One, "What models starts for each.") { model, arena, mapLarge, cache };
modelsOne.Hidden = true;
modelsOne.SetAction(parsed => ModelsBench.RunOne(parsed.GetValue(model)!, parsed.GetValue(arena), parsed.GetValue(mapLarge), parsed.GetValue(cache)));

var engines = new Command("engines", "Engines against exported models: picodet_over_plain, lcnet_over_plain, loads, anon_over_plain, swap_ms.") { json, rounds };
engines.SetAction(parsed => EnginesBench.Run(parsed.GetValue(rounds)).Print(parsed.GetValue(json)));

var shared = new Command("shared", "Three classifiers on one backbone, apart and merged: weights_over_alone, merged_over_apart.") { json, rounds };
shared.SetAction(parsed => SharedBench.Run(parsed.GetValue(rounds)).Print(parsed.GetValue(json)));

var withEngines = new Option<bool>("--engines");
var enginesHeld = new Command(HeldMemory.Command, "What engines starts to measure memory.") { withEngines, cache };
enginesHeld.Hidden = true;
enginesHeld.SetAction(parsed => HeldMemory.Print(parsed.GetValue(withEngines), parsed.GetValue(cache)!));

var seeds = new Option<int>("--seeds") { Description = "Seeds of each kind of trace.", DefaultValueFactory = _ => 9 };
var policy = new Command("policy", "Reloads under the policy cost, simulated: over_optimum, over_lru, worst_over_lru.") { json, seeds };
policy.SetAction(parsed => PolicyBench.Run(parsed.GetValue(seeds)).Print(parsed.GetValue(json)));

var ledger = new Command("ledger", "A decision of the memory ledger with 1,000 models and 10,000 queued requests: decision_p99_us.") { json };
ledger.SetAction(parsed => LedgerBench.Run().Print(parsed.GetValue(json)));

var swap = new Command("swap", "One model at a time against both resident: of_resident, over_budget_samples, peak_of_bound.") { json, rounds, frames };
swap.SetAction(async (parsed, _) => (await SwapBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames))).Print(parsed.GetValue(json)));

var runs = new Option<int>("--runs") { Description = "Runs, each with a seed of its own.", DefaultValueFactory = _ => 5 };
var minutes = new Option<double>("--minutes") { Description = "Goes on for so long, whatever --runs says." };
var seed = new Option<int>("--seed") { Description = "Of the first run; each further one counts up.", DefaultValueFactory = _ => 1 };
var some = new Option<int?>("--frames") { Description = "Frames a run; without it all." };
var cgroup = new Command("cgroup", "The main job in a memory group, beside a program that takes memory: failures, oom_kills.") { json, runs, minutes, seed, some };
cgroup.SetAction((parsed, stop) => Task.Run(() => CgroupBench.Run(parsed.GetValue(runs), parsed.GetValue(minutes), parsed.GetValue(seed), parsed.GetValue(some), parsed.GetValue(json), stop)));

var ballast = new Argument<long>("ballast");
var most = new Argument<long>("most");
var sudden = new Argument<long>("sudden");
var hogSeed = new Argument<int>("seed");
var hog = new Command(Hog.Command, "The other program.") { ballast, most, sudden, hogSeed };
hog.Hidden = true;
hog.SetAction(parsed => new Hog(new Bytes(parsed.GetValue(ballast)), new Bytes(parsed.GetValue(most)), new Bytes(parsed.GetValue(sudden)), parsed.GetValue(hogSeed)).Run());

return await new RootCommand("Benchmarks of ActorPipeline.") { chain, accuracy, cycles, models, modelsOne, engines, enginesHeld, shared, policy, ledger, swap, cgroup, hog }.Parse(args).InvokeAsync();
