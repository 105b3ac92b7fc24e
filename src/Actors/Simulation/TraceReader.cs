using System.Text.Json;
using ActorPipeline.Catalog;

namespace ActorPipeline.Simulation;

/// <summary>A file is no trace, or a damaged one.</summary>
/// <param name="line">The line, from 1.</param>
/// <param name="problem">What is wrong with it.</param>
public sealed class TraceFormatException(int line, string problem) : Exception($"line {line}: {problem}")
{
    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;
}

/// <summary>Reads what <see cref="TraceWriter"/> writes.</summary>
public static class TraceReader
{
    /// <summary>Most requests that a trace may have: a simulation holds them all.</summary>
    public const int MostRequests = 10_000_000;

    private const double MostMs = 1e12;

    /// <summary>Reads a trace.</summary>
    /// <exception cref="TraceFormatException">A line is damaged, or contradicts those before it.</exception>
    public static WorkloadTrace Read(TextReader input)
    {
        var number = 1;
        try
        {
            var trace = Header(input.ReadLine() ?? throw new FormatException("the file is empty"));
            var requests = new List<TraceRequest>();
            while (input.ReadLine() is { } line)
            {
                number++;
                if (string.IsNullOrWhiteSpace(line)) continue;
                if (requests.Count >= MostRequests) throw new FormatException($"more than {MostRequests} requests");
                requests.Add(Request(line, trace, requests));
            }
            return trace with { Requests = requests };
        }
        catch (JsonException error)
        {
            throw new TraceFormatException(number, $"it is no JSON: {error.Message.Split(" LineNumber")[0]}");
        }
        catch (FormatException error)
        {
            throw new TraceFormatException(number, error.Message);
        }
    }

    private static WorkloadTrace Header(string line)
    {
        using var json = JsonDocument.Parse(line);
        var header = json.RootElement;
        if (header.ValueKind != JsonValueKind.Object || !header.TryGetProperty("trace", out var format) || format.ValueKind != JsonValueKind.String || format.GetString() != TraceWriter.Format)
            throw new FormatException($"it is no header of a trace ({{\"trace\":\"{TraceWriter.Format}\",\"version\":{TraceWriter.Version},...}})");
        var version = Whole(header, "version", 0, int.MaxValue);
        if (version != TraceWriter.Version) throw new FormatException($"version {version} is not known; this program reads version {TraceWriter.Version}");
        if (!header.TryGetProperty("models", out var models) || models.ValueKind != JsonValueKind.Array) throw new FormatException("'models' is missing, or no list");
        var name = header.TryGetProperty("name", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
        return new WorkloadTrace(name, [.. models.EnumerateArray().Select(Model)], [])
        {
            Lanes = Whole(header, "lanes", 1, 1024),
            Window = header.TryGetProperty("window", out var window) && window.ValueKind != JsonValueKind.Null ? Whole(header, "window", 1, int.MaxValue) : WorkloadTrace.Unbounded,
            Budget = Pools(header, "budget"),
        };
    }

    private static TraceModel Model(JsonElement model)
    {
        if (model.ValueKind != JsonValueKind.Object || !model.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String) throw new FormatException("a model has no 'id'");
        var source = model.TryGetProperty("footprint", out var word) && word.ValueKind == JsonValueKind.String && Enum.TryParse<FootprintSource>(word.GetString(), true, out var known) ? known : FootprintSource.Declared;
        return new TraceModel(
            new ModelId(id.GetString()!),
            new Footprint(Pools(model, "load"), Pools(model, "resident"), Pools(model, "run"), source),
            Time(model, "loadMs"), Time(model, "unloadMs"), Time(model, "runMs"))
        {
            Priority = model.TryGetProperty("priority", out _) ? Whole(model, "priority", -100, 100) : 0,
            Pin = model.TryGetProperty("pin", out var pin) && pin.ValueKind == JsonValueKind.True,
        };
    }

    private static TraceRequest Request(string line, WorkloadTrace trace, List<TraceRequest> before)
    {
        using var json = JsonDocument.Parse(line);
        var request = json.RootElement;
        if (request.ValueKind != JsonValueKind.Object) throw new FormatException("it is no request");
        var at = Time(request, "at");
        if (before.Count > 0 && at < before[^1].At) throw new FormatException($"'at' is {at.TotalMilliseconds} ms, before the line above");
        return new TraceRequest(at, Whole(request, "model", 0, trace.Models.Count - 1))
        {
            Deadline = request.TryGetProperty("due", out _) ? Time(request, "due") : null,
            After = request.TryGetProperty("after", out _) ? Whole(request, "after", 0, before.Count - 1) : -1,
        };
    }

    private static int Whole(JsonElement json, string key, int least, int most) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most
            ? number
            : throw new FormatException($"'{key}' has to be a whole number from {least} to {most}");

    private static TimeSpan Time(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var ms) && ms >= 0 && ms <= (decimal)MostMs
            ? TimeSpan.FromTicks((long)(ms * TimeSpan.TicksPerMillisecond))
            : throw new FormatException($"'{key}' has to be a number of milliseconds from 0 to {MostMs:0}");

    private static PoolVector Pools(JsonElement json, string key)
    {
        if (!json.TryGetProperty(key, out var pools) || pools.ValueKind != JsonValueKind.Object) throw new FormatException($"'{key}' has to be bytes by pool, such as {{\"host\":1048576}}");
        var sum = PoolVector.Zero;
        foreach (var pool in pools.EnumerateObject())
        {
            if (pool.Value.ValueKind != JsonValueKind.Number || !pool.Value.TryGetInt64(out var bytes) || bytes < 0 || bytes > long.MaxValue / 1024)
                throw new FormatException($"'{key}.{pool.Name}' has to be a number of bytes");
            sum += PoolVector.Of(new MemoryPool(pool.Name), new Bytes(bytes));
        }
        return sum;
    }
}
