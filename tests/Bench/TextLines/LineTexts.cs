using System.Globalization;

namespace ActorPipeline.Bench.TextLines;

/// <summary>
/// Texts for lines: words in several cases, numbers, prices, dates. Each text belongs to one seed alone, by its hash: sets of different
/// seeds share none, however large they are. A set has no text twice.
/// </summary>
internal sealed class LineTexts
{
    /// <summary>Seeds go from 0 to one less.</summary>
    public const int Seeds = 97;

    private static readonly string[] Words =
    [
        "account", "address", "afternoon", "amount", "answer", "arrival", "autumn", "balance", "battery", "before", "bottle", "branch", "bridge", "button", "cable",
        "camera", "canvas", "carbon", "centre", "certificate", "change", "chapter", "charge", "city", "coffee", "colour", "company", "content", "contract", "copper",
        "corner", "country", "customer", "danger", "delivery", "department", "deposit", "device", "direction", "discount", "distance", "doctor", "double", "east",
        "electric", "engine", "entrance", "envelope", "evening", "example", "exit", "express", "factory", "figure", "filter", "flight", "forward", "fragile", "freight",
        "garden", "general", "glass", "ground", "handle", "harbour", "height", "history", "holiday", "hotel", "house", "index", "invoice", "island", "item", "journal",
        "journey", "kitchen", "label", "ladder", "language", "large", "length", "letter", "library", "liquid", "machine", "market", "material", "measure", "medicine",
        "member", "metal", "minute", "model", "monday", "morning", "motor", "museum", "network", "north", "notice", "number", "office", "opening", "orange", "order",
        "package", "page", "paper", "parking", "passenger", "payment", "pencil", "people", "picture", "platform", "pressure", "price", "private", "product", "public",
        "quality", "quantity", "question", "quick", "railway", "receipt", "record", "region", "register", "return", "river", "road", "safety", "saturday", "school",
        "season", "section", "serial", "service", "signal", "silver", "south", "special", "square", "station", "street", "student", "subject", "sugar", "summer",
        "supply", "system", "table", "telephone", "temperature", "terminal", "thursday", "ticket", "timber", "total", "tower", "traffic", "transport", "travel",
        "tunnel", "university", "value", "vehicle", "village", "voltage", "warehouse", "warning", "water", "weight", "west", "window", "winter", "wood", "yellow",
    ];

    private readonly HashSet<string> _given = [];
    private readonly Random _random;
    private readonly int _seed;

    public LineTexts(int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(seed, Seeds);
        (_seed, _random) = (seed, new Random(seed));
    }

    /// <summary>The next text.</summary>
    public string Next()
    {
        while (true)
        {
            var text = Compose();
            // A line of few letters may read both ways up, as "SOS" does.
            if (text.Length is >= 5 and <= 26 && Hash(text) % Seeds == _seed && _given.Add(text)) return text;
        }
    }

    private string Compose() => _random.Next(10) switch
    {
        0 => $"{Word(Title)} {Number(1000, 99_999)}",
        1 => $"{Word(Upper)}: {Number(1, 999)}.{Number(10, 99)}",
        2 => $"{Number(2, 28)} {Word(Title)} {Number(1950, 2050)}",
        3 => $"{Word(Upper)} {Word(Upper)}",
        4 => $"{Word(Upper)}-{Number(23, 745)}",
        5 or 6 => $"{Word(Title)} {Word(Lower)} {Word(Lower)}",
        7 => Word(Upper),
        8 => $"{Word(Lower)} {Word(Lower)}, {Word(Lower)}",
        _ => $"{Word(Title)} {Word(Title)}",
    };

    private string Word(Func<string, string> inCase) => inCase(Words[_random.Next(Words.Length)]);

    private string Number(int from, int to) => _random.Next(from, to + 1).ToString(CultureInfo.InvariantCulture);

    private static string Upper(string word) => word.ToUpperInvariant();

    private static string Lower(string word) => word;

    private static string Title(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    /// <summary>FNV-1a: the same in every process, which a string's own hash is not.</summary>
    private static uint Hash(string text) => text.Aggregate(2_166_136_261u, (hash, letter) => (hash ^ letter) * 16_777_619u);
}
