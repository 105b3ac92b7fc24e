using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorPipeline.Hosting.Explaining;

/// <summary>The first line of a decision log.</summary>
/// <param name="Decisions">The format's version.</param>
/// <param name="Configuration">The configuration's name.</param>
/// <param name="BudgetBytes">The configured budget.</param>
/// <param name="Start">When the run began; the same in each part of its log.</param>
/// <param name="Part">Counts the parts of the log from 1.</param>
internal sealed record DecisionHeader(int Decisions, string Configuration, long BudgetBytes, DateTimeOffset Start, int Part)
{
    /// <summary>The version that this program writes; it reads no newer one.</summary>
    public const int Version = 1;
}

/// <summary>A model that was looked at when room was to be made: what its leaving would free, and what it would cost.</summary>
internal sealed record ConsideredLine(
    string Model, long Bytes, int Wanted, double ReloadMs, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Spared, bool Chosen);

/// <summary>What was needed and free, and who was looked at; for no model where a lowered budget is to be kept.</summary>
internal sealed record DecisionNumbers(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? For, long Need, long Free, IReadOnlyList<ConsideredLine> Considered);

/// <summary>One line of a decision log: something that was decided, or that happened to a model because of it. Bytes and milliseconds.</summary>
/// <param name="Ms">Since the run began.</param>
/// <param name="Event">What; one of <see cref="DecisionEvent"/>.</param>
internal sealed record DecisionLine(double Ms, string Event)
{
    /// <summary>Whose; null where it is about no model.</summary>
    public string? Model { get; init; }

    /// <summary>The lease.</summary>
    public string? Lease { get; init; }

    /// <summary>Which variant of the model the lease is for, or was loaded.</summary>
    public string? Variant { get; init; }

    /// <summary>What the lease, the account or the debt covers now.</summary>
    public long? Bytes { get; init; }

    /// <summary>The effective budget.</summary>
    public long? Budget { get; init; }

    /// <summary>What is charged once it is done.</summary>
    public long? Charged { get; init; }

    /// <summary>Why; for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Which kind of denial.</summary>
    public string? Denial { get; init; }

    /// <summary>Whether turns protect nobody under this budget.</summary>
    public bool? Critical { get; init; }

    /// <summary>How long a load took.</summary>
    public double? LoadMs { get; init; }

    /// <summary>Whether a load was the probe at the start.</summary>
    public bool? Probe { get; init; }

    /// <summary>Whose account: a pipeline's buffers, a provider's fixed cost, shared weights.</summary>
    public string? Account { get; init; }

    /// <summary>The account's kind.</summary>
    public string? Kind { get; init; }

    /// <summary>What it was decided by.</summary>
    public DecisionNumbers? Decision { get; init; }
}

/// <summary>What a line is about.</summary>
internal static class DecisionEvent
{
    public const string
        Began = "began", Started = "started", Queued = "queued", Granted = "granted", Denied = "denied", Withdrawn = "withdrawn",
        Loaded = "loaded", Resized = "resized", Yielded = "yielded", Leaving = "leaving", Ended = "ended", Stuck = "stuck",
        BackingOff = "backing-off", Failed = "failed", Budget = "budget", Debt = "debt", Account = "account", Recycle = "recycle",
        Refused = "refused", Over = "over";
}

/// <summary>Lines as text.</summary>
internal static class DecisionJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // For people's eyes and grep: quotation marks in reasons stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>As one line.</summary>
    public static string Line<T>(T line) => JsonSerializer.Serialize(line, Options);

    /// <summary>Reads a line; null where it is none.</summary>
    public static T? Read<T>(string line)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
