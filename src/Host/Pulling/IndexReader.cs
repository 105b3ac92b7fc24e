using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Listing;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Reads an index, strictly: what docs/index.schema.json does not have is an error. Pure.</summary>
internal static partial class IndexReader
{
    /// <summary>The version of the format that is read.</summary>
    public const int Format = 1;

    /// <summary>Largest index, in bytes.</summary>
    public const int LargestIndex = 4 << 20;

    /// <summary>Largest file of a model, in bytes.</summary>
    public const long LargestFile = 1L << 40;

    private const int MostModels = 1000;
    private const int MostFiles = 32;
    private const int LongestDescription = 200;
    private const int LongestLicence = 100_000;
    private const float MostShift = 100_000;
    private const int MostPixels = 8192;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, MaxDepth = 8 };

    /// <summary>Reads one.</summary>
    /// <param name="json">Its bytes, as they were signed.</param>
    /// <param name="address">Where it was; relative addresses in it count from there.</param>
    /// <exception cref="PullException">It is no index, of another version, or something in it is wrong.</exception>
    public static ModelIndex Read(ReadOnlyMemory<byte> json, Uri address)
    {
        try
        {
            RequireFormat(json);
            var document = JsonSerializer.Deserialize<IndexDocument>(json.Span, Options) ?? throw new PullException("it is empty");
            Require(
                DateTimeOffset.TryParseExact(document.IssuedAt, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var issued),
                "issuedAt", "a time such as 2026-01-31T12:00:00Z");
            Require(document.Models.Count is > 0 and <= MostModels, "models", $"a list of 1 to {MostModels}");
            var models = document.Models.Select((model, i) => Model(model, $"models[{i}]", address)).ToArray();
            Require(AreDifferent(models.Select(m => m.Name)), "models", "a list without two of one name");
            return new ModelIndex(issued, models);
        }
        catch (JsonException error)
        {
            throw new PullException(error.Message, error);
        }
    }

    /// <summary>Before the rest: a later version may have anything.</summary>
    private static void RequireFormat(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Options.MaxDepth });
        Require(document.RootElement.ValueKind == JsonValueKind.Object, "the document", "an object");
        if (!document.RootElement.TryGetProperty("format", out var format) || format.ValueKind != JsonValueKind.Number || !format.TryGetInt32(out var number)) throw Wrong("format", $"{Format}");
        if (number != Format) throw new PullException($"it is of format {number}, and this program reads format {Format}");
    }

    private static IndexedModel Model(IndexDocument.Model? model, string at, Uri address)
    {
        if (model is null) throw Wrong(at, "an object");
        Require(PlainName.IsModel(model.Name), $"{at}.name", "1 to 64 letters, digits, '-' and '_', the first no '-'");
        Require(IsLine(model.Description, LongestDescription), $"{at}.description", $"a line of 1 to {LongestDescription} characters");
        var kind = Word<ModelKind>(model.Kind, $"{at}.kind");
        Require(model.Files.Count is > 0 and <= MostFiles, $"{at}.files", $"a list of 1 to {MostFiles}");
        var files = model.Files.Select((file, i) => File(file, $"{at}.files[{i}]", address)).ToArray();
        Require(files.Count(f => f.Role == FileRole.Model) == 1, $"{at}.files", "a list with one file of role model");
        Require(files.Count(f => f.Role == FileRole.Labels) <= 1, $"{at}.files", "a list with at most one file of role labels");
        Require(AreDifferent(files.Select(f => f.Name)), $"{at}.files", "a list without two of one name");
        return new IndexedModel(model.Name, model.Description, kind, Licence(model.Licence, $"{at}.licence"), Input(model.Input ?? new(), kind, $"{at}.input"), files);
    }

    private static Licence Licence(IndexDocument.Licence licence, string at)
    {
        Require(LicenceId().IsMatch(licence.Id), $"{at}.id", "an SPDX identifier such as Apache-2.0");
        Require((licence.Url is null) != (licence.Text is null), at, "either url or text");
        Require(licence.Text is null || IsText(licence.Text, LongestLicence), $"{at}.text", $"a text of 1 to {LongestLicence} characters, without control characters");
        return new Licence(licence.Id, licence.Url is null ? null : Address(licence.Url, $"{at}.url", null), licence.Text);
    }

    private static InputSettings Input(IndexDocument.Input input, ModelKind kind, string at)
    {
        var usual = InputSettings.DefaultFor(kind);
        Require(input.Mean is null || AreThree(input.Mean), $"{at}.mean", $"three numbers from -{MostShift} to {MostShift}");
        Require(input.Std is null || (AreThree(input.Std) && input.Std.All(s => s != 0)), $"{at}.std", $"three numbers from -{MostShift} to {MostShift}, none of them 0");
        foreach (var (side, pixels) in new[] { ("width", input.Width), ("height", input.Height) }) Require(pixels is null or (> 0 and <= MostPixels), $"{at}.{side}", $"1 to {MostPixels}");
        return new InputSettings
        {
            Channels = input.Channels is null ? usual.Channels : Word<ChannelOrder>(input.Channels, $"{at}.channels"), Mean = input.Mean ?? usual.Mean, Std = input.Std ?? usual.Std,
            Resize = input.Resize is null ? usual.Resize : Word<ResizeMode>(input.Resize, $"{at}.resize"), Width = input.Width, Height = input.Height,
        };
    }

    private static IndexedFile File(IndexDocument.File? file, string at, Uri address)
    {
        if (file is null) throw Wrong(at, "an object");
        Require(PlainName.IsFile(file.Name), $"{at}.name", "a file's name: 1 to 128 letters, digits, '-', '_' and '.', the first neither '-' nor '.', the last no '.'");
        Require(file.Size is > 0 and <= LargestFile, $"{at}.size", $"1 to {LargestFile}");
        Require(Sha256().IsMatch(file.Sha256), $"{at}.sha256", "64 small hexadecimal digits");
        return new IndexedFile(Word<FileRole>(file.Role, $"{at}.role"), file.Name, Address(file.Url, $"{at}.url", address), file.Size, file.Sha256);
    }

    private static Uri Address(string text, string at, Uri? from)
    {
        Uri? address = null;
        Require(
            AddressText().IsMatch(text) && (from is null ? Uri.TryCreate(text, UriKind.Absolute, out address) : Uri.TryCreate(from, text, out address)) && address.Scheme is "http" or "https",
            at, from is null ? "an address, http or https" : "an address, http or https, or one relative to the index");
        return address!;
    }

    private static T Word<T>(string word, string at)
        where T : struct, Enum
    {
        var all = Enum.GetValues<T>();
        return all.Where(v => ModelList.Word(v) == word).ToArray() is [var value] ? value : throw Wrong(at, $"one of {string.Join(", ", all.Select(ModelList.Word))}");
    }

    private static bool AreThree(IReadOnlyList<float> values) => values.Count == 3 && values.All(v => v is >= -MostShift and <= MostShift);

    // Some file systems take "A" for "a".
    private static bool AreDifferent(IEnumerable<string> names) => names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).All(g => g.Count() == 1);

    private static bool IsLine(string text, int longest) => text.Length > 0 && text.Length <= longest && !text.Any(char.IsControl);

    private static bool IsText(string text, int longest) => text.Length > 0 && text.Length <= longest && text.All(c => c is '\n' or '\t' || !char.IsControl(c));

    private static void Require(bool holds, string at, string expected)
    {
        if (!holds) throw Wrong(at, expected);
    }

    private static PullException Wrong(string at, string expected) => new($"{at} has to be {expected}");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.+()\- ]{0,99}\z")]
    private static partial Regex LicenceId();

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Sha256();

    [GeneratedRegex(@"^[!-~]{1,2000}\z")]
    private static partial Regex AddressText();
}
