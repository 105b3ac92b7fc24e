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
        var prepared = GraphPreparation.Prepare(GraphFile.Read(card.Path));
        GraphFile.Write(prepared.Model, path);
        IReadOnlyList<string> rewrites = [.. prepared.Rewrites.Select(r => $"{r.Places} {r.Rewrite}")];
        return (path, prepared.Kept is { } why ? [.. rewrites, $"left alone: {why}"] : rewrites);
    }

    /// <summary>Removes what <see cref="Write"/> left in a folder.</summary>
    public static void Remove(string folder) => File.Delete(System.IO.Path.Combine(folder, Name));
}
