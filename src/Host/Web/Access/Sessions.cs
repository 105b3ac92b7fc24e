using System.Security.Cryptography;

namespace ActorPipeline.Hosting.Web;

/// <summary>Browsers that knew the token, for a day, and how often somebody did not. Safe from any thread.</summary>
/// <param name="time">The clock.</param>
internal sealed class Sessions(TimeProvider time)
{
    /// <summary>The name of the cookie.</summary>
    public const string Cookie = "actorpipeline";

    /// <summary>How long a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private const int Most = 256;
    private const int MostWrong = 10;

    private static readonly TimeSpan WrongFor = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<(string Id, long Since)> _sessions = new();
    private readonly Queue<long> _wrong = new();

    /// <summary>Begins one; the oldest ends where there are too many.</summary>
    /// <returns>Its secret name.</returns>
    public string Begin()
    {
        var id = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        lock (_gate)
        {
            if (_sessions.Count >= Most) _sessions.Dequeue();
            _sessions.Enqueue((id, time.GetTimestamp()));
        }
        return id;
    }

    /// <summary>Whether there is such a session.</summary>
    public bool Has(string id)
    {
        lock (_gate)
        {
            while (_sessions.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) > Lifetime) _sessions.Dequeue();
            // Names are random: who measures how long this takes learns nothing that leads to one.
            return _sessions.Any(s => s.Id == id);
        }
    }

    /// <summary>Whether nobody may try a token for now: too many were wrong within a minute.</summary>
    public bool IsGuessing()
    {
        lock (_gate)
        {
            while (_wrong.TryPeek(out var first) && time.GetElapsedTime(first) > WrongFor) _wrong.Dequeue();
            return _wrong.Count >= MostWrong;
        }
    }

    /// <summary>A token was wrong.</summary>
    public void Wrong()
    {
        lock (_gate)
        {
            if (_wrong.Count < MostWrong) _wrong.Enqueue(time.GetTimestamp());
        }
    }
}
