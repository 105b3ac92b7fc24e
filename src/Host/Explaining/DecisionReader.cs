namespace ActorPipeline.Hosting.Explaining;

/// <summary>What was read of a run's decisions.</summary>
/// <param name="Header">Of the first part that is still there.</param>
/// <param name="Lines">In the order in which they were written.</param>
/// <param name="Warnings">What could not be read, and why.</param>
internal sealed record DecisionsRead(DecisionHeader Header, IReadOnlyList<DecisionLine> Lines, IReadOnlyList<string> Warnings)
{
    /// <summary>The merged model that a model ran as a part of; null where it ran by itself, or not at all.</summary>
    public string? MergedOf(string model) => Lines.Any(line => line.Model == model) ? null
        : Lines.Select(line => line.Model).FirstOrDefault(name => name is not null && name.Contains('+') && name.Split('+').Contains(model));
}

/// <summary>Reads the decision log of a run. A line that is damaged is left out and told; what makes the whole unusable is an error.</summary>
internal static class DecisionReader
{
    private const int MostDamagesTold = 5;

    /// <summary>Reads it.</summary>
    /// <param name="folder">The run's output folder.</param>
    /// <param name="error">Why there is nothing; null where there is.</param>
    /// <returns>Null where there is nothing to read.</returns>
    public static DecisionsRead? Read(string folder, out string? error)
    {
        var (name, before) = (Path.Combine(folder, DecisionFile.Name), Path.Combine(folder, DecisionFile.Before));
        try
        {
            if (!File.Exists(name))
            {
                error = $"there is no {DecisionFile.Name} in '{folder}': run the configuration first, or name the folder of its run with --out";
                return null;
            }
            var newest = Part(name, out error);
            if (newest is not { Header.Part: > 1 } || !File.Exists(before)) return newest;
            // Only the part of the same run belongs to it.
            return Part(before, out _) is { } earlier && earlier.Header.Start == newest.Header.Start && earlier.Header.Part == newest.Header.Part - 1
                ? new DecisionsRead(earlier.Header, [.. earlier.Lines, .. newest.Lines], [.. earlier.Warnings, .. newest.Warnings])
                : newest;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            error = $"'{name}' cannot be read: {fault.Message}";
            return null;
        }
    }

    private static DecisionsRead? Part(string file, out string? error)
    {
        using var lines = File.ReadLines(file).GetEnumerator();
        var header = lines.MoveNext() ? DecisionJson.Read<DecisionHeader>(lines.Current) : null;
        error = header switch
        {
            null => $"'{file}' is no decision log: its first line does not say what it is",
            { Decisions: > DecisionHeader.Version } => $"'{file}' is of version {header.Decisions}, and this program reads no newer one than {DecisionHeader.Version}",
            _ => null,
        };
        if (error is not null) return null;

        var (read, damaged) = (new List<DecisionLine>(), new List<int>());
        for (var number = 2; lines.MoveNext(); number++)
        {
            if (DecisionJson.Read<DecisionLine>(lines.Current) is { } line) read.Add(line);
            else damaged.Add(number);
        }
        return new DecisionsRead(header!, read, [.. Told(file, damaged)]);
    }

    private static IEnumerable<string> Told(string file, List<int> damaged)
    {
        foreach (var number in damaged.Take(MostDamagesTold)) yield return $"{file}:{number}: the line is damaged and left out; the rest is used";
        if (damaged.Count > MostDamagesTold) yield return $"{file}: {damaged.Count - MostDamagesTold} more lines are damaged";
    }
}
