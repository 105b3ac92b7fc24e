using ActorPipeline.Catalog;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>The models that somebody has to offer, as docs/index.schema.json has them.</summary>
/// <param name="IssuedAt">When it was made, by the clock of who made it.</param>
/// <param name="Models">The models, no two of one name.</param>
internal sealed record ModelIndex(DateTimeOffset IssuedAt, IReadOnlyList<IndexedModel> Models);

/// <summary>A model of an index.</summary>
/// <param name="Name">Letters, digits, '-' and '_': fit for a folder and for a configuration.</param>
/// <param name="Description">In a line.</param>
/// <param name="Kind">How its tensors are read.</param>
/// <param name="Licence">On what terms it may be used.</param>
/// <param name="Input">How pixels become its input.</param>
/// <param name="Files">One with its graph, at most one with its labels, and any number with its weights.</param>
internal sealed record IndexedModel(string Name, string Description, ModelKind Kind, Licence Licence, InputSettings Input, IReadOnlyList<IndexedFile> Files)
{
    /// <summary>Bytes of all its files.</summary>
    public long Size => Files.Sum(f => f.Size);

    /// <summary>The file with its graph.</summary>
    public IndexedFile Graph => Files.First(f => f.Role == FileRole.Model);

    /// <summary>The file with its labels; null where it has none.</summary>
    public IndexedFile? Labels => Files.FirstOrDefault(f => f.Role == FileRole.Labels);
}

/// <summary>A licence.</summary>
/// <param name="Id">As SPDX names it.</param>
/// <param name="Address">Where it can be read; null where <paramref name="Text"/> has it.</param>
/// <param name="Text">What it says; null where <paramref name="Address"/> tells.</param>
internal sealed record Licence(string Id, Uri? Address, string? Text);

/// <summary>What a file is to its model.</summary>
internal enum FileRole
{
    /// <summary>The ONNX graph.</summary>
    Model,

    /// <summary>One label a line.</summary>
    Labels,

    /// <summary>Weights that the graph names and keeps outside itself.</summary>
    Data,
}

/// <summary>A file of an indexed model.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Name">What it is called in the model's folder: <see cref="PlainName.IsFile"/>.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Size">Its bytes, 1 to <see cref="IndexReader.LargestFile"/>.</param>
/// <param name="Sha256">The SHA-256 of them, 64 small hexadecimal digits.</param>
internal sealed record IndexedFile(FileRole Role, string Name, Uri Address, long Size, string Sha256);
