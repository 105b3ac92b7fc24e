using System.CommandLine;
using System.Text;

namespace ActorPipeline.Hosting.Commands;

/// <summary>Scripts that complete the commands and options of the program, made of the commands themselves. Pure.</summary>
internal static class CompletionScript
{
    private const string Program = "actorpipeline";

    /// <summary>The script.</summary>
    /// <param name="shell">"bash", "zsh" or "fish".</param>
    /// <param name="root">The program's commands.</param>
    public static string For(string shell, Command root) => shell switch
    {
        "bash" => Bash(root, zsh: false),
        "zsh" => Bash(root, zsh: true),
        _ => Fish(root),
    };

    /// <summary>zsh completes by bash's functions.</summary>
    private static string Bash(Command root, bool zsh)
    {
        var script = new StringBuilder();
        if (zsh) script.Append("autoload -U +X bashcompinit && bashcompinit\n");
        script.Append($"_{Program}() {{\n  local word=\"${{COMP_WORDS[COMP_CWORD]}}\" before=\"${{COMP_WORDS[COMP_CWORD-1]}}\" path=\"\" words i\n");
        // Options and their values are no part of the command's path.
        script.Append("  for ((i = 1; i < COMP_CWORD; i++)); do\n    case \"${COMP_WORDS[i]}\" in -*) break ;; *) path=\"$path ${COMP_WORDS[i]}\" ;; esac\n  done\n");
        script.Append("  case \"$before\" in --config|--out) COMPREPLY=($(compgen -f -- \"$word\")); return ;; esac\n  case \"$path\" in\n");
        foreach (var (path, command) in All(root, "")) script.Append($"    \"{path}\") words=\"{string.Join(' ', Words(command))}\" ;;\n");
        script.Append($"    *) words=\"\" ;;\n  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}}\ncomplete -o default -F _{Program} {Program}\n");
        return script.ToString();
    }

    private static string Fish(Command root)
    {
        var script = new StringBuilder($"complete -c {Program} -f\n");
        foreach (var (path, command) in All(root, ""))
        {
            var within = path.Length == 0 ? "__fish_use_subcommand" : $"__fish_seen_subcommand_from {path.Split(' ')[^1]}";
            foreach (var sub in command.Subcommands.Where(c => !c.Hidden)) script.Append($"complete -c {Program} -n '{within}' -a {sub.Name} -d '{Quoted(sub.Description)}'\n");
            foreach (var option in command.Options.Where(o => !o.Hidden))
                script.Append($"complete -c {Program} -n '{within}' -l {option.Name.TrimStart('-')} {(TakesFile(option) ? "-r -F " : "")}-d '{Quoted(option.Description)}'\n");
        }
        return script.ToString();
    }

    /// <summary>Each command with its path, as " models add".</summary>
    private static IEnumerable<(string Path, Command Command)> All(Command command, string path) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => All(c, $"{path} {c.Name}")).Prepend((path, command));

    private static IEnumerable<string> Words(Command command) => command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)
        .Concat(command.Options.Where(o => !o.Hidden).Select(o => o.Name))
        .Concat(command.Arguments.SelectMany(a => a.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(c => c.Label)));

    private static bool TakesFile(Option option) => option.Name is "--config" or "--out";

    private static string Quoted(string? text) => (text ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
}
