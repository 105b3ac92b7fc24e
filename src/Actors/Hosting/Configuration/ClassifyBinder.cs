using System.Diagnostics.CodeAnalysis;
using ActorPipeline.Catalog;
using ActorPipeline.Pipeline;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>pipelines.NAME.classify</c>: names of classifiers, and objects that say more of one.</summary>
/// <param name="check">Makes sure that a name is a classifier's.</param>
internal sealed class ClassifyBinder(Action<SettingsReader, string, SourcePosition, string> check)
{
    private const string Key = "classify";

    private static readonly ValueKind<IReadOnlyList<HoconNode>> Kind = new(
        "a classifier's name, an object, or a list of them, none twice",
        (HoconNode node, [MaybeNullWhen(false)] out IReadOnlyList<HoconNode> value) =>
        {
            value = node is HoconArray list ? list.Items : [node];
            var names = value.Select(Name).ToList();
            return value.All(item => item is HoconObject or HoconScalar { Text.Length: > 0 }) && names.OfType<string>().Distinct().Count() == names.OfType<string>().Count();
        });

    /// <summary>Reads it: the classifiers in order, and what is said of some.</summary>
    public (IReadOnlyList<ModelId> Classify, IReadOnlyDictionary<ModelId, ClassifierUse> Uses) Read(SettingsReader reader)
    {
        var classify = new List<ModelId>();
        var uses = new Dictionary<ModelId, ClassifierUse>();
        var waiting = new List<(ModelId Model, ModelId First, SettingsReader Reader)>();
        foreach (var (name, item) in reader.NamesAndObjects(Key, Kind))
        {
            if (name is not null)
            {
                check(reader, Key, name.Position, name.Text);
                classify.Add(new ModelId(name.Text));
                continue;
            }
            if (Use(item!) is not var (model, use)) continue;
            classify.Add(model);
            if (use is not { Classes: [], Upright: null }) uses[model] = use;
            if (use.Upright is { } first) waiting.Add((model, first, item!));
        }
        foreach (var (model, first, item) in waiting)
        {
            if (first == model || !classify.Contains(first)) item.Error("upright", $"upright = {first}, and that is no other of this pipeline's classifiers: {string.Join(", ", classify)}");
            else if (uses.TryGetValue(first, out var other) && other.Upright is not null) item.Error("upright", $"'{first}' waits for another classifier itself");
        }
        return (classify, uses);
    }

    private (ModelId Model, ClassifierUse Use)? Use(SettingsReader item)
    {
        var hasModel = item.TryRead("model", ValueKind.Text("a classifier's name"), true, out var model);
        if (hasModel) check(item, "model", item.PositionOf("model"), model!);
        var hasUpright = item.TryRead("upright", ValueKind.Text("the name of another classifier of the pipeline"), false, out var upright);
        var use = new ClassifierUse
        {
            Classes = item.Read("classes", ValueKind.List("a list of labels", ValueKind.Text("")), []),
            Upright = hasUpright ? new ModelId(upright!) : null,
        };
        item.Done();
        return hasModel ? (new ModelId(model!), use) : null;
    }

    private static string? Name(HoconNode node) => node switch
    {
        HoconScalar name => name.Text,
        HoconObject { Fields: var fields } when fields.TryGetValue("model", out var model) && model.Value is HoconScalar name => name.Text,
        _ => null,
    };
}
