using System.CommandLine;
using ActorPipeline.Bench;
using ActorPipeline.Bench.Accuracy;
using ActorPipeline.Bench.Chain;
using ActorPipeline.Bench.Policy;

var json = new Option<bool>("--json") { Description = "Prints the figures as one JSON object, as the last line." };
var rounds = new Option<int>("--rounds") { Description = "Rounds of a comparison.", DefaultValueFactory = _ => 5 };
var frames = new Option<int>("--frames") { Description = "Frames a round.", DefaultValueFactory = _ => 200 };

var chain = new Command("chain", "The pipeline against a bare loop on one thread: over_bare.") { json, rounds, frames };
chain.SetAction(async (parsed, _) => (await ChainBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames))).Print(parsed.GetValue(json)));

var accuracy = new Command("accuracy", "mAP of PicoDet-S on coco_cc/val: map, ap50.") { json };
accuracy.SetAction(parsed => AccuracyBench.Run().Print(parsed.GetValue(json)));

var seeds = new Option<int>("--seeds") { Description = "Seeds of each kind of trace.", DefaultValueFactory = _ => 9 };
var policy = new Command("policy", "Reloads under the policy cost, simulated: over_optimum, over_lru, worst_over_lru.") { json, seeds };
policy.SetAction(parsed => PolicyBench.Run(parsed.GetValue(seeds)).Print(parsed.GetValue(json)));

return await new RootCommand("Benchmarks of ActorPipeline.") { chain, accuracy, policy }.Parse(args).InvokeAsync();
