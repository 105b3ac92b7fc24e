using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ActorPipeline.Hosting.Web;

/// <summary>
/// Tells everybody who looks how it stands, once a second; makes nothing while nobody does. Who reads too slowly misses some, and holds up nobody.
/// </summary>
/// <param name="tell">Makes the message: what came after that point and that mark, and their numbers now.</param>
/// <param name="time">The clock.</param>
internal sealed class StatusFeed(Func<long, long, Task<(JsonObject Message, long Point, long Mark)>> tell, TimeProvider time)
{
    /// <summary>Who may look at once.</summary>
    public const int MostViewers = 256;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<Channel<byte[]>> _viewers = [];
    private bool _telling;

    /// <summary>Who looks now.</summary>
    public int Viewers
    {
        get
        {
            lock (_gate) return _viewers.Count;
        }
    }

    /// <summary>Begins to look.</summary>
    /// <returns>Where messages come, as server-sent events; null where as many look as may.</returns>
    public Channel<byte[]>? TryJoin()
    {
        var viewer = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(2) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            if (_viewers.Count >= MostViewers) return null;
            _viewers.Add(viewer);
            if (!_telling)
            {
                _telling = true;
                _ = TellAsync();
            }
        }
        return viewer;
    }

    /// <summary>Looks no more.</summary>
    public void Leave(Channel<byte[]> viewer)
    {
        lock (_gate) _viewers.Remove(viewer);
    }

    private async Task TellAsync()
    {
        // Nobody looks at what came before: who joins asks for that, and there may be gaps and repetitions, which numbers tell.
        var (point, mark) = (long.MaxValue, long.MaxValue);
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            (var message, point, mark) = await tell(point, mark);
            var bytes = Encoding.UTF8.GetBytes($"data: {message.ToJsonString()}\n\n");
            lock (_gate)
            {
                foreach (var viewer in _viewers) viewer.Writer.TryWrite(bytes);
            }
            await timer.WaitForNextTickAsync();
        }
        while (StillWatched());
    }

    private bool StillWatched()
    {
        lock (_gate) return _telling = _viewers.Count > 0;
    }
}
