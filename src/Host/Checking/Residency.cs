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

    private const int MostForms = 64;

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

    /// <summary>
    /// The largest sets of models that can be resident at once: no set is part of another. A model that never fits is in none. Each
    /// stands in the first of its forms with which the set fits; earlier models keep theirs for longest.
    /// </summary>
    /// <param name="models">Each model in its forms, best first.</param>
    /// <param name="budget">What they may have together.</param>
    public static IReadOnlyList<IReadOnlyList<ModelNeed>> LargestSets(IReadOnlyList<ModelNeed[]> models, Bytes budget)
    {
        var sets = Sets(models.Count).Select(set => (Models: set, Forms: FirstForms([.. set.Select(m => models[m])], budget))).Where(set => set.Forms is not null).ToList();
        return [.. sets.Where(set => !sets.Any(other => other.Models.Count > set.Models.Count && set.Models.All(other.Models.Contains))).Select(set => set.Forms!)];
    }

    private static IReadOnlyList<ModelNeed>? FirstForms(ModelNeed[][] models, Bytes budget)
    {
        var forms = new int[models.Length];
        // Beyond so many combinations the smallest forms stand for all.
        if (models.Aggregate(1L, (product, m) => Math.Min(MostForms + 1, product * m.Length)) > MostForms)
        {
            ModelNeed[] smallest = [.. models.Select(m => m.MinBy(form => form.Load)!)];
            return Fits(smallest, budget) ? smallest : null;
        }
        while (true)
        {
            ModelNeed[] set = [.. models.Select((m, i) => m[forms[i]])];
            if (Fits(set, budget)) return set;
            var last = models.Length - 1;
            while (last >= 0 && ++forms[last] == models[last].Length) forms[last--] = 0;
            if (last < 0) return null;
        }
    }

    private static IEnumerable<IReadOnlyList<int>> Sets(int models)
    {
        if (models > MostModels)
        {
            for (var i = 0; i < models; i++)
            {
                yield return [i];
                for (var k = i + 1; k < models; k++) yield return [i, k];
            }
            yield break;
        }
        for (var bits = 1; bits < 1 << models; bits++) yield return [.. Enumerable.Range(0, models).Where(i => (bits & (1 << i)) != 0)];
    }
}
