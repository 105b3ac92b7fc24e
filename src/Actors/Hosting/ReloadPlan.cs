using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Configuration;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>What a configuration that was read anew changes: what can be done while it runs, and what takes a new start. Pure.</summary>
/// <param name="Controls">To be said to the root one after the other; each may still be refused.</param>
/// <param name="NeedRestart">Full paths of keys that changed, in the order of the reference, then models and pipelines by name; a model or pipeline that came or went as a whole.</param>
public sealed record ReloadPlan(IReadOnlyList<IControl> Controls, IReadOnlyList<string> NeedRestart)
{
    private const string Root = "actor-pipeline";
    private const string BudgetKey = "memory.budget";
    private const string PinKey = "pin";
    private const string PathKey = "path";

    /// <summary>Whether nothing changed.</summary>
    public bool IsEmpty => Controls.Count == 0 && NeedRestart.Count == 0;

    /// <summary>Compares two configurations key by key.</summary>
    /// <param name="running">As it runs by now, with what was changed by hand.</param>
    /// <param name="read">As it was read now.</param>
    public static ReloadPlan Of(ActorPipelineSettings running, ActorPipelineSettings read)
    {
        List<IControl> controls = [];
        List<string> restart = [];
        foreach (var key in SettingsKeys.All.Where(key => !key.IsSame(running, read)))
        {
            if (key.Name == BudgetKey) controls.Add(new SetBudget(read.Memory.Budget));
            else restart.Add($"{Root}.{key.Name}");
        }
        Named($"{Root}.models", running.Models, read.Models, SettingsKeys.OfModel, id => id.Value, restart, (key, id) =>
        {
            if (key == PathKey) controls.Add(new ReplaceModel(read.Models[id]));
            // What else is new of a model that gets another file comes with that.
            if (key != PinKey) return read.Models[id].Path != running.Models[id].Path;
            var pinned = read.Models[id].Pin;
            // Who is pinned no more makes room first; who is pinned finds the new budget.
            if (pinned) controls.Add(new PinModel(id, true));
            else controls.Insert(0, new PinModel(id, false));
            return true;
        });
        Named(
            $"{Root}.pipelines", running.Pipelines.ToDictionary(p => p.Id), read.Pipelines.ToDictionary(p => p.Id), SettingsKeys.OfPipeline, id => id.Value, restart, (_, _) => false);
        return new ReloadPlan(controls, restart);
    }

    private static void Named<TId, T>(
        string section, IReadOnlyDictionary<TId, T> running, IReadOnlyDictionary<TId, T> read, IReadOnlyList<SettingsKey<T>> keys, Func<TId, string> nameOf, List<string> restart,
        Func<string, TId, bool> isDone)
        where TId : notnull
    {
        foreach (var id in running.Keys.Union(read.Keys).OrderBy(nameOf, StringComparer.Ordinal))
        {
            var path = $"{section}.{nameOf(id)}";
            if (running.TryGetValue(id, out var before) && read.TryGetValue(id, out var after))
                restart.AddRange(keys.Where(key => !key.IsSame(before, after) && !isDone(key.Name, id)).Select(key => $"{path}.{key.Name}"));
            else
                restart.Add(path);
        }
    }
}
