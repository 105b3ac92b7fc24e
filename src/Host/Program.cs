using System.CommandLine;
using ActorPipeline.Hosting.Commands;

var root = new RootCommand("Detector and classifiers on camera frames, inside a fixed memory budget.") { RunCommand.Create() };
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine($"error: {error.Message}");
    return ActorPipeline.Hosting.ExitCode.BadConfiguration;
}
return await parsed.InvokeAsync();
