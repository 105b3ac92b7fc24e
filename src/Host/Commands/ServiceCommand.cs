using System.CommandLine;
using ActorPipeline.Hosting.Service;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>service</c>: what systemd has to know of a configuration.</summary>
internal static class ServiceCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var (config, sets) = (SharedOptions.Config(), SharedOptions.Sets());
        var command = new Command("service", "Prints a drop-in for systemd: memory limits that fit a configuration's budget.") { config, sets };
        command.SetAction(parsed =>
        {
            if (ConfigurationFile.Read(parsed.GetValue(config)!, parsed.GetValue(sets) ?? [], terminal.Error) is not { Settings: { } settings }) return ExitCode.BadConfiguration;
            terminal.Out.Write(ServiceMemory.Of(settings).DropIn());
            return ExitCode.Done;
        });
        return command;
    }
}
