using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace ActorPipeline.Hosting.Web;

public class StatusFeedSpecs
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly StatusFeed _feed;
    private int _made;

    public StatusFeedSpecs() => _feed = new StatusFeed(
        (point, mark) => Task.FromResult((new JsonObject { ["made"] = Interlocked.Increment(ref _made) }, 1L, 1L)), _time);

    private static async Task<string> NextAsync(System.Threading.Channels.Channel<byte[]> viewer) => Encoding.UTF8.GetString(await viewer.Reader.ReadAsync().AsTask().WaitAsync(Soon));

    [Fact]
    public async Task Should_tell_everybody_the_same_each_second()
    {
        var (first, second) = (_feed.TryJoin()!, _feed.TryJoin()!);
        Assert.Equal("data: {\"made\":1}\n\n", await NextAsync(first));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("data: {\"made\":2}\n\n", await NextAsync(first));
        var told = await NextAsync(second);
        Assert.StartsWith("data: {\"made\":", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_make_nothing_when_nobody_looks()
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _made);

        var viewer = _feed.TryJoin()!;
        await NextAsync(viewer);
        _feed.Leave(viewer);
        _time.Advance(TimeSpan.FromMinutes(1));
        var before = _made;
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.InRange(before, 1, 2);
        Assert.Equal(before, _made);
    }

    [Fact]
    public async Task Should_go_on_telling_others_when_one_does_not_read()
    {
        var (still, reading) = (_feed.TryJoin()!, _feed.TryJoin()!);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await NextAsync(reading);
        }

        Assert.True(still.Reader.Count <= 2);
    }

    [Fact]
    public void Should_take_no_more_than_it_may()
    {
        for (var i = 0; i < StatusFeed.MostViewers; i++) Assert.NotNull(_feed.TryJoin());

        Assert.Null(_feed.TryJoin());
        Assert.Equal(StatusFeed.MostViewers, _feed.Viewers);
    }
}
