using System.Security.Cryptography;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Downloads one file, goes on where it was cut off, and keeps it only where its checksum is the index's.</summary>
/// <param name="file">The file.</param>
/// <param name="part">Where it comes to lie.</param>
/// <param name="client">Asks.</param>
/// <param name="at">Told how many bytes are there.</param>
/// <param name="time">The clock.</param>
internal sealed class FileDownload(IndexedFile file, PartFolder part, PullClient client, Action<long> at, TimeProvider time)
{
    /// <summary>Tries in a row that bring nearly nothing, until it is given up.</summary>
    public const int MostFailures = 6;

    private const int Enough = 1 << 20;
    private const int BufferSize = 128 * 1024;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Downloads it.</summary>
    /// <exception cref="PullException">The server has something else, or was cut off again and again.</exception>
    /// <exception cref="IOException">It cannot be written; what has come stays.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var backoff = new Backoff(FirstWait, LongestWait, MostFailures);
        while (true)
        {
            var before = part.LengthOf(file);
            try
            {
                if (await TryAsync(stop)) return;
            }
            catch (CutOffException cut)
            {
                if (part.LengthOf(file) - before >= Enough) backoff.Succeed();
                var wait = backoff.Fail();
                if (backoff.GivenUp) throw new PullException($"'{file.Name}' was cut off {MostFailures} times in a row, the last time so: {cut.Message}. What has come is kept for another try", cut);
                if (cut.RetryAfter is { } asked && asked > wait) wait = asked < LongestWait ? asked : LongestWait;
                await Task.Delay(wait, time, stop);
            }
        }
    }

    /// <returns>Whether it is there; false where what was there was wrong, and is gone.</returns>
    private async Task<bool> TryAsync(CancellationToken stop)
    {
        var plan = part.PlanOf(file);
        if (plan.Offset < file.Size) return await AskAsync(plan, stop);
        using (var whole = Open(plan.Offset))
        {
            using var sum = await SumAsync(whole, stop);
            if (Hex(sum) == file.Sha256) return true;
        }
        part.Remove(file);
        return false;
    }

    private async Task<bool> AskAsync(ResumePlan plan, CancellationToken stop)
    {
        using var answer = await client.GetAsync(file.Address, plan, stop);
        var (response, headers) = (answer.Response, answer.Response.Content.Headers);
        var taken = RangeAnswer.Of(plan, file.Size, response.StatusCode, headers.ContentRange, headers.ContentLength);
        switch (taken.Use)
        {
            case AnswerUse.Refused:
                throw new PullException($"'{file.Name}' cannot be had from {PullAddress.Shown(file.Address)}: {taken.Why}");
            case AnswerUse.Later:
                throw new CutOffException(taken.Why) { RetryAfter = response.Headers.RetryAfter?.Delta };
            case AnswerUse.AskAnew:
                part.Remove(file);
                throw new CutOffException(taken.Why);
            case AnswerUse.Anew:
                plan = ResumePlan.Anew;
                // Killed here, nothing may be left that the new note is not of.
                part.Remove(file);
                part.Note(file, new PartNote(file.Sha256, response.Headers.ETag?.ToString()));
                break;
        }
        await WriteAsync(plan.Offset, answer, stop);
        return true;
    }

    private async Task WriteAsync(long offset, PullAnswer answer, CancellationToken stop)
    {
        string? wrong;
        using (var to = Open(offset))
        {
            using var sum = await SumAsync(to, stop);
            var fits = await CopyAsync(answer, to, sum, stop);
            to.Flush(flushToDisk: true);
            wrong = !fits ? $"the server sends more than its {file.Size} bytes" : Hex(sum) is var found && found != file.Sha256 ? $"its SHA-256 is {found}, and {file.Sha256} was to be" : null;
        }
        if (wrong is null) return;
        part.Remove(file);
        throw new PullException($"'{file.Name}' is not what the index says, and was removed: {wrong}");
    }

    /// <returns>False where more came than was to.</returns>
    private async Task<bool> CopyAsync(PullAnswer answer, FileStream to, IncrementalHash sum, CancellationToken stop)
    {
        var buffer = new byte[BufferSize];
        at(to.Position);
        while (await answer.ReadAsync(buffer) is > 0 and var read)
        {
            if (to.Position + read > file.Size) return false;
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
            sum.AppendData(buffer, 0, read);
            at(to.Position);
        }
        return to.Position == file.Size ? true : throw new CutOffException($"the server ended after {to.Position} of {file.Size} bytes");
    }

    /// <summary>Opened with so many bytes of what is there.</summary>
    private FileStream Open(long length)
    {
        var stream = new FileStream(part.PathOf(file), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, useAsync: true);
        stream.SetLength(length);
        return stream;
    }

    /// <summary>The sum of all that a file has; it stands at its end then.</summary>
    private static async Task<IncrementalHash> SumAsync(FileStream from, CancellationToken stop)
    {
        var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        while (await from.ReadAsync(buffer, stop) is > 0 and var read) sum.AppendData(buffer, 0, read);
        return sum;
    }

    private static string Hex(IncrementalHash sum) => Convert.ToHexStringLower(sum.GetHashAndReset());
}
