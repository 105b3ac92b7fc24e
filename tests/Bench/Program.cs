using System.CommandLine;
using ActorPipeline.Bench.Commands;

var root = new RootCommand("Benchmarks of ActorPipeline.");
foreach (var command in SpeedCommands.All().Concat(ModelCommands.All()).Concat(MemoryCommands.All()).Concat(QuantizeCommands.All())) root.Add(command);
return await root.Parse(args).InvokeAsync();
