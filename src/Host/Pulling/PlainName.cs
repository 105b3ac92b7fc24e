namespace ActorPipeline.Hosting.Pulling;

/// <summary>Names that others choose and that become names of files here: none leads out of its folder, is hidden, or looks like an option. Pure.</summary>
internal static class PlainName
{
    private const int LongestModel = 64;
    private const int LongestFile = 128;

    /// <summary>Whether it may be a model's: letters, digits, '-' and '_', the first no '-', at most 64.</summary>
    public static bool IsModel(string name) => name.Length is > 0 and <= LongestModel && name[0] != '-' && name.All(IsLetter);

    /// <summary>Whether it may be a file's: the same and '.', neither first nor last, at most 128.</summary>
    public static bool IsFile(string name) =>
        name.Length is > 0 and <= LongestFile && name[0] is not ('.' or '-') && name[^1] != '.' && name.All(c => c == '.' || IsLetter(c));

    private static bool IsLetter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
