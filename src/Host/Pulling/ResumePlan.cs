using System.Net.Http.Headers;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Where a download goes on. Pure.</summary>
/// <param name="Offset">Bytes that are there and stay.</param>
/// <param name="ETag">What the server called the file that they are of; null where nothing is asked by it.</param>
internal readonly record struct ResumePlan(long Offset, EntityTagHeaderValue? ETag)
{
    /// <summary>From the first byte.</summary>
    public static readonly ResumePlan Anew = new(0, null);

    /// <summary>Chooses.</summary>
    /// <param name="file">The file that is wanted.</param>
    /// <param name="length">Bytes that are there.</param>
    /// <param name="note">What was noted of them; null for nothing.</param>
    /// <returns>All of it where as many are there as are wanted; what has come where the server can be asked for the rest; else anew.</returns>
    public static ResumePlan Of(IndexedFile file, long length, PartNote? note)
    {
        if (note?.Sha256 != file.Sha256 || length > file.Size) return Anew;
        if (length == file.Size) return new ResumePlan(length, null);
        // A weak one promises the same meaning, and not the same bytes.
        return length > 0 && EntityTagHeaderValue.TryParse(note.ETag, out var tag) && !tag.IsWeak ? new ResumePlan(length, tag) : Anew;
    }
}
