using System.Collections.Concurrent;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Engines;

/// <summary>A session, and where its engine came from.</summary>
/// <param name="Session">The session.</param>
/// <param name="Use">Whether its engine was kept, built now, or is none.</param>
/// <param name="Engine">The engine; null for none.</param>
/// <param name="WhyNot">Why it could not be built; null where nobody tried.</param>
internal readonly record struct OpenedEngine(INativeSession Session, EngineUse Use, Engine? Engine, string? WhyNot = null);

/// <summary>Finds engines, builds what is missing, and opens sessions on them. What cannot be built is opened as its file has it, where its recipe allows that.</summary>
/// <param name="cache">Where engines are kept.</param>
/// <param name="log">Told what could not be built or read, once for each model; from the loading thread.</param>
internal sealed class EngineStore(EngineCache cache, Action<string>? log)
{
    // What failed once is not tried at every load: a model that swaps would pay for it each time.
    private readonly ConcurrentDictionary<EngineKey, string> _refused = new();

    /// <summary>Whether nothing is left to build: it is kept, or it cannot be built.</summary>
    public bool IsDone(EngineKey key) => _refused.ContainsKey(key) || cache.Holds(key);

    /// <summary>The engine of a recipe, where it is kept; null where it is not.</summary>
    public Engine? Find(IEngineRecipe recipe) => cache.Find(recipe.Key);

    /// <summary>The engine of a recipe, built where it is missing; null where it cannot be built, or another process builds and this does not wait.</summary>
    /// <param name="recipe">How it is built.</param>
    /// <param name="wait">Whether to wait for another process that builds.</param>
    /// <param name="cancellation">Ends the wait, and the build between its phases.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="OnnxCallException">The load was cancelled, or there is no memory for it.</exception>
    public (Engine Engine, bool Built)? Get(IEngineRecipe recipe, bool wait, CancellationToken cancellation)
    {
        if (_refused.ContainsKey(recipe.Key)) return null;
        if (cache.Find(recipe.Key) is { } found) return (found, false);
        try
        {
            return cache.Build(recipe.Key, wait, folder => recipe.Write(folder, cancellation), cancellation);
        }
        catch (Exception e) when (IsNoFaultOfTheCall(e))
        {
            if (_refused.TryAdd(recipe.Key, e.Message))
                log?.Invoke($"engine warning: model '{recipe.Card.Id}' ({recipe.Card.Path}) has no engine in {cache.Folder}: {e.Message}");
            return null;
        }
    }

    /// <summary>Opens a session on a recipe's engine, which it builds where it is missing.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="wait">Whether to wait for another process that builds.</param>
    /// <param name="cancellation">Asks the load to stop.</param>
    /// <exception cref="OnnxCallException">The model itself cannot be opened, the load was cancelled, or there is no engine and the recipe does not go without.</exception>
    public OpenedEngine Open(IEngineRecipe recipe, bool wait, CancellationToken cancellation)
    {
        // A damaged one is thrown away and made anew, once.
        for (var attempt = 0; attempt < 2 && Get(recipe, wait, cancellation) is { } got; attempt++)
        {
            try
            {
                return new OpenedEngine(recipe.Open(got.Engine, cancellation), got.Built ? EngineUse.Built : EngineUse.Hit, got.Engine);
            }
            catch (Exception e) when (IsInTheFiles(e))
            {
                cache.Discard(recipe.Key, e.Message);
            }
            // A library that is missing today, a busy device, too many open files: the engine may be right all the same.
            catch (Exception e) when (e is IOException or UnauthorizedAccessException || (e is OnnxCallException && OnnxFault.Classify(e) is not (LoadFailure.Cancelled or LoadFailure.OutOfMemory)))
            {
                if (!recipe.RunsPlain) throw e as OnnxCallException ?? new OnnxCallException(e.Message, e);
                log?.Invoke($"engine warning: model '{recipe.Card.Id}' ({recipe.Card.Path}) is loaded without its engine in {got.Engine.Folder}: {e.Message}");
                return new OpenedEngine(recipe.OpenPlain(cancellation), EngineUse.None, null, e.Message);
            }
        }
        var none = _refused.GetValueOrDefault(recipe.Key);
        return recipe.RunsPlain
            ? new OpenedEngine(recipe.OpenPlain(cancellation), EngineUse.None, null, none)
            : throw new OnnxCallException(none ?? "another process builds its engine");
    }

    private static bool IsInTheFiles(Exception e) => e is FileNotFoundException or DirectoryNotFoundException or InvalidDataException
        || (e is OnnxCallException && OnnxFault.Classify(e) is (LoadFailure.NotAModel or LoadFailure.FileMissing));

    private static bool IsNoFaultOfTheCall(Exception e) => e is IOException or UnauthorizedAccessException or InvalidDataException
        || (e is OnnxCallException && OnnxFault.Classify(e) is not (LoadFailure.Cancelled or LoadFailure.OutOfMemory));
}
