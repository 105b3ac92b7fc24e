using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Engines;

/// <summary>The graph that an engine is built from: the card's model, or its models merged, rewritten.</summary>
internal static class EngineSource
{
    private const string Name = "source.onnx";

    /// <summary>Writes it into a folder.</summary>
    /// <returns>Where it lies, and what was changed; for people. A model that cannot be rewritten is taken from its own file.</returns>
    /// <exception cref="InvalidDataException">The models cannot be merged, or one keeps weights outside its folder.</exception>
    public static (string Path, IReadOnlyList<string> Rewrites) Write(ModelCard card, string folder)
    {
        var path = System.IO.Path.Combine(folder, Name);
        var (model, merged) = card.Merged.Count > 0 ? Merge(card.Merged) : (GraphFile.Read(card.Path), null);
        var prepared = GraphPreparation.Prepare(model);
        GraphFile.Write(prepared.Model, path);
        string[] rewrites = [.. prepared.Rewrites.Select(r => $"{r.Places} {r.Rewrite}")];
        if (merged is not null) rewrites = [merged, .. rewrites];
        return (path, prepared.Kept is { } why ? [.. rewrites, $"left alone: {why}"] : rewrites);
    }

    /// <summary>Why models cannot run as one; null where they can.</summary>
    /// <exception cref="IOException">A model cannot be read.</exception>
    public static string? AgainstMerging(IReadOnlyList<ModelCard> cards)
    {
        try
        {
            return Outcome(cards) is MergeOutcome.Refused refused ? refused.Reason : null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }

    private static (ModelProto Model, string What) Merge(IReadOnlyList<ModelCard> cards) => Outcome(cards) switch
    {
        MergeOutcome.Merged merged => (merged.Model, $"{merged.SharedNodes} nodes and {new Bytes(merged.SharedBytes)} of weights held once for {cards.Count} models"),
        MergeOutcome.Refused refused => throw new InvalidDataException($"they cannot run as one: {refused.Reason}"),
        var other => throw new InvalidOperationException($"{other}"),
    };

    private static MergeOutcome Outcome(IReadOnlyList<ModelCard> cards) => GraphMerger.Merge([.. cards.Select(c => new MergeSource(c.Id.Value, GraphFile.Read(c.Path)))]);

    /// <summary>Removes what <see cref="Write"/> left in a folder.</summary>
    public static void Remove(string folder) => File.Delete(System.IO.Path.Combine(folder, Name));
}
