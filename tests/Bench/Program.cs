using System.CommandLine;
using ActorPipeline.Bench;
using ActorPipeline.Bench.Accuracy;
using ActorPipeline.Bench.Chain;

var json = new Option<bool>("--json") { Description = "Prints the figures as one JSON object, as the last line." };
var rounds = new Option<int>("--rounds") { Description = "Rounds of a comparison.", DefaultValueFactory = _ => 5 };
var frames = new Option<int>("--frames") { Description = "Frames a round.", DefaultValueFactory = _ => 200 };

var chain = new Command("chain", "The pipeline against a bare loop on one thread: over_bare.") { json, rounds, frames };
chain.SetAction(async (parsed, _) => (await ChainBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames))).Print(parsed.GetValue(json)));

var accuracy = new Command("accuracy", "mAP of PicoDet-S on coco_cc/val: map, ap50.") { json };
accuracy.SetAction(parsed => AccuracyBench.Run().Print(parsed.GetValue(json)));

if (args is ["scratch"]) { ActorPipeline.Bench.Policy.Scratch.Run(); return 0; }
if (args is ["big"]) { ActorPipeline.Bench.Policy.Scratch.Big(); return 0; }
if (args is ["sim"]) { ActorPipeline.Bench.Policy.Scratch.Sim(); return 0; }
if (args is ["bigm"]) { ActorPipeline.Bench.Policy.Scratch.Merge = true; ActorPipeline.Bench.Policy.Scratch.Big(); ActorPipeline.Bench.Policy.Scratch.Run(); return 0; }
return await new RootCommand("Benchmarks of ActorPipeline.") { chain, accuracy }.Parse(args).InvokeAsync();
