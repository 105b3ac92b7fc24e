namespace ActorPipeline.Hosting.Pulling;

/// <summary>An index, and whose signature counts for it.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Key">The PEM file of the public key.</param>
internal sealed record IndexPlace(Uri Address, string Key)
{
    /// <summary>What options say, else what the configuration says.</summary>
    /// <param name="index"><c>--index</c>; null without.</param>
    /// <param name="key"><c>--key</c>; null without.</param>
    /// <param name="settings">The configuration's part.</param>
    /// <exception cref="PullException">Neither says it, or it is no address.</exception>
    public static IndexPlace Of(string? index, string? key, PullSettings settings)
    {
        var address = index ?? Said(settings.Index, "no index is named: --index URL does, or actor-pipeline.pull.index in the configuration of --config");
        return Uri.TryCreate(address, UriKind.Absolute, out var uri)
            ? new IndexPlace(uri, key ?? Said(settings.Key, "no key is named by which to know the index: --key FILE does, or actor-pipeline.pull.key in the configuration of --config"))
            : throw new PullException($"--index takes an address such as https://box/index.json, and not '{address}'");
    }

    private static string Said(string setting, string without) => setting.Length > 0 ? setting : throw new PullException(without);
}
