namespace ActorPipeline.Hosting.Pulling;

/// <summary>An index as its JSON has it, before anything of it is believed.</summary>
internal sealed record IndexDocument(int Format, string IssuedAt, IReadOnlyList<IndexDocument.Model> Models)
{
    internal sealed record Model(string Name, string Description, string Kind, Licence Licence, IReadOnlyList<File> Files, Input? Input = null);

    internal sealed record Licence(string Id, string? Url = null, string? Text = null);

    internal sealed record Input(
        string? Channels = null, IReadOnlyList<float>? Mean = null, IReadOnlyList<float>? Std = null, string? Resize = null, int? Width = null, int? Height = null);

    internal sealed record File(string Role, string Name, string Url, long Size, string Sha256);
}
