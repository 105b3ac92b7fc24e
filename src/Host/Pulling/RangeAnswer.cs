using System.Net;
using System.Net.Http.Headers;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>What is to be done with an answer.</summary>
internal enum AnswerUse
{
    /// <summary>Its body goes behind what is there.</summary>
    Append,

    /// <summary>Its body is the file from its first byte.</summary>
    Anew,

    /// <summary>What is there is of no use to this server: ask for all.</summary>
    AskAnew,

    /// <summary>Ask again, later.</summary>
    Later,

    /// <summary>There is no point in it.</summary>
    Refused,
}

/// <summary>How the answer to a <see cref="ResumePlan"/> is to be taken. Pure.</summary>
/// <param name="Use">What is to be done with it.</param>
/// <param name="Why">For people, where its body is not used.</param>
internal readonly record struct RangeAnswer(AnswerUse Use, string Why)
{
    /// <summary>Decides.</summary>
    /// <param name="plan">What was asked.</param>
    /// <param name="size">Bytes of the whole file, as the index has it.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="range">Which part it says to be; null where it says none.</param>
    /// <param name="length">Bytes of its body; null where it does not say.</param>
    public static RangeAnswer Of(ResumePlan plan, long size, HttpStatusCode status, ContentRangeHeaderValue? range, long? length) => status switch
    {
        HttpStatusCode.OK when length is { } all && all != size => OtherSize(all, size),
        HttpStatusCode.OK => new(AnswerUse.Anew, ""),
        HttpStatusCode.PartialContent when plan.Offset == 0 => new(AnswerUse.Refused, "the server answers with a part, and was asked for the whole"),
        HttpStatusCode.PartialContent when range?.From != plan.Offset => new(AnswerUse.AskAnew, "the server answers with another part than was asked for"),
        HttpStatusCode.PartialContent when range.Length is { } all && all != size => OtherSize(all, size),
        HttpStatusCode.PartialContent when length is { } rest && plan.Offset + rest > size => OtherSize(plan.Offset + rest, size),
        HttpStatusCode.PartialContent => new(AnswerUse.Append, ""),
        HttpStatusCode.RequestedRangeNotSatisfiable when plan.Offset > 0 => new(AnswerUse.AskAnew, "the server has no such part"),
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => new(AnswerUse.Later, $"the server answers {(int)status}"),
        _ => new(AnswerUse.Refused, $"the server answers {(int)status}"),
    };

    private static RangeAnswer OtherSize(long found, long size) => new(AnswerUse.Refused, $"the server has {found} bytes of it, and the index says {size}");
}
