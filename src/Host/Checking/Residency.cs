namespace ActorPipeline.Hosting.Checking;

/// <summary>What a model needs, as far as a check can know it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Load">What its lease covers while it loads.</param>
/// <param name="Resident">What its lease covers from then on.</param>
internal sealed record ModelNeed(string Name, Bytes Load, Bytes Resident);

/// <summary>Which models can be in memory at once. Pure.</summary>
internal static class Residency
{
    /// <summary>Beyond so many models only pairs are looked at: there are too many sets.</summary>
    public const int MostModels = 12;

    /// <summary>Whether these models can all become resident under a budget, loaded one after another in the best order.</summary>
    public static bool Fits(IEnumerable<ModelNeed> models, Bytes budget)
    {
        // The model with the highest peak over what stays of it loads first, while there is still room for the peak.
        var held = Bytes.Zero;
        foreach (var model in models.OrderByDescending(m => m.Load - m.Resident))
        {
            if (held + model.Load > budget) return false;
            held += model.Resident;
        }
        return true;
    }

    /// <summary>The largest sets that can be resident at once: no set is part of another. A model that never fits is in none.</summary>
    public static IReadOnlyList<IReadOnlyList<ModelNeed>> LargestSets(IReadOnlyList<ModelNeed> models, Bytes budget)
    {
        var sets = Sets(models).Where(set => Fits(set, budget)).ToList();
        return [.. sets.Where(set => !sets.Any(other => other.Count > set.Count && set.All(other.Contains)))];
    }

    private static IEnumerable<IReadOnlyList<ModelNeed>> Sets(IReadOnlyList<ModelNeed> models)
    {
        if (models.Count > MostModels)
        {
            for (var i = 0; i < models.Count; i++)
            {
                yield return [models[i]];
                for (var k = i + 1; k < models.Count; k++) yield return [models[i], models[k]];
            }
            yield break;
        }
        for (var bits = 1; bits < 1 << models.Count; bits++) yield return [.. models.Where((_, i) => (bits & (1 << i)) != 0)];
    }
}
