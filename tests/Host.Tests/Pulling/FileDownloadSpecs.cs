using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>One file from a real server that does what servers do.</summary>
public sealed class FileDownloadSpecs : IAsyncLifetime
{
    private const string Path = "/graph.onnx";

    // More than one read, so that a part of it can be there.
    private static readonly byte[] Content = Random(3 << 20, seed: 1);
    private static readonly byte[] Other = Random(3 << 20, seed: 2);

    private readonly TestFolder _folder = new();
    private readonly PullTime _time = new();
    private readonly TaskCompletionSource _some = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ModelServer _server = null!;
    private PartFolder _part = null!;
    private IndexedFile _file = null!;

    public async Task InitializeAsync()
    {
        _server = await ModelServer.StartAsync();
        _file = new IndexedFile(FileRole.Model, "graph.onnx", new Uri(_server.Address, Path), Content.Length, Convert.ToHexStringLower(SHA256.HashData(Content)));
        _part = PartFolder.Open(_folder.File("m.part"), [_file]);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Should_be_there_when_the_server_is_good()
    {
        _server.Serve(Path, Content);

        await RunAsync();

        Assert.Equal(Content, Read());
        Assert.Equal([""], _server.Asked.Select(a => a.Range));
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task Should_go_on_where_it_was_when_it_is_cut_off()
    {
        _server.Serve(Path, Content, ModelServer.CutOffAfter(Content, 2 << 20));

        await RunAsync();

        Assert.Equal(Content, Read());
        Assert.Equal(2, _server.Asked.Count);
        // Whether the last bytes before a cut arrive is the network's affair.
        Assert.Matches("^bytes=[1-9][0-9]*-$", _server.Asked[1].Range);
        Assert.Equal(ModelServer.TagOf(Content), _server.Asked[1].IfRange);
        Assert.Equal([TimeSpan.FromSeconds(1)], _time.Waits);
    }

    [Fact]
    public async Task Should_go_on_where_another_process_was_when_it_left_a_part()
    {
        _server.Serve(Path, Content);
        Left(Content, 1_000_000, ModelServer.TagOf(Content));

        await RunAsync();

        Assert.Equal(Content, Read());
        Assert.Equal(new AskedFor(Path, "bytes=1000000-", ModelServer.TagOf(Content)), Assert.Single(_server.Asked));
    }

    [Fact]
    public async Task Should_ask_nothing_when_another_process_left_all()
    {
        Left(Content, Content.Length, null);

        await RunAsync();

        Assert.Empty(_server.Asked);
    }

    [Fact]
    public async Task Should_begin_anew_when_another_process_left_all_and_it_is_damaged()
    {
        _server.Serve(Path, Content);
        Left(Other, Content.Length, null);

        await RunAsync();

        Assert.Equal(Content, Read());
    }

    [Fact]
    public async Task Should_begin_anew_when_the_server_knows_no_parts()
    {
        _server.Serve(Path, Content, ModelServer.CutOffAfter(Content, 2 << 20), ModelServer.Plain(Content));

        await RunAsync();

        Assert.Equal(Content, Read());
        Assert.NotEqual("", _server.Asked[1].Range);
    }

    [Fact]
    public async Task Should_begin_anew_when_the_file_changes_between_two_tries()
    {
        _server.Serve(Path, Content, ModelServer.CutOffAfter(Other, 2 << 20));

        await RunAsync();

        Assert.Equal(Content, Read());
        Assert.Equal(ModelServer.TagOf(Other), _server.Asked[1].IfRange);
    }

    [Fact]
    public async Task Should_ask_for_all_when_the_server_answers_with_another_part()
    {
        Left(Content, 1_000_000, ModelServer.TagOf(Content));
        _server.Serve(Path, Content, async context =>
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes 5-{Content.Length - 1}/{Content.Length}";
            await context.Response.Body.WriteAsync(Content.AsMemory(5));
        });

        await RunAsync();

        Assert.Equal(Content, Read());
        Assert.Equal(["bytes=1000000-", ""], _server.Asked.Select(a => a.Range));
    }

    [Fact]
    public async Task Should_remove_what_came_and_say_both_sums_when_it_is_something_else()
    {
        _server.Serve(Path, Other);

        var error = await Assert.ThrowsAsync<PullException>(RunAsync);

        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Other)), error.Message, StringComparison.Ordinal);
        Assert.Contains(_file.Sha256, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_part.PathOf(_file)));
        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task Should_sum_over_what_was_there_too_when_it_goes_on()
    {
        // Somebody wrote into the part, or the disk lost something of it.
        Left(Other, 1_000_000, ModelServer.TagOf(Content));
        _server.Serve(Path, Content);

        Assert.Contains("is not what the index says", (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_part.PathOf(_file)));
        await RunAsync();
        Assert.Equal(Content, Read());
    }

    [Fact]
    public async Task Should_stop_and_remove_what_came_when_the_server_sends_without_end()
    {
        _server.Answer(Path, async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(Content, context.RequestAborted);
        });

        Assert.Contains("sends more than its 3145728 bytes", (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_part.PathOf(_file)));
    }

    [Fact]
    public async Task Should_read_nothing_when_the_server_says_another_size()
    {
        _server.Serve(Path, Content[1..]);

        Assert.Contains("has 3145727 bytes of it, and the index says 3145728", (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_part.PathOf(_file)));
    }

    [Fact]
    public async Task Should_give_up_and_keep_what_came_when_it_is_cut_off_again_and_again()
    {
        Left(Content, 1_000_000, ModelServer.TagOf(Content));
        _server.Answer(Path, context => { context.Abort(); return Task.CompletedTask; });

        Assert.Contains($"was cut off {FileDownload.MostFailures} times in a row", (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);
        Assert.Equal(FileDownload.MostFailures, _server.Asked.Count);
        Assert.Equal([1, 2, 4, 8, 16], _time.Waits.Select(w => w.TotalSeconds));
        Assert.Equal(Content[..1_000_000], Read());
    }

    [Fact]
    public async Task Should_give_up_when_it_ends_too_early_and_says_so_in_order()
    {
        _server.Answer(Path, ModelServer.Plain(Content[..100]));

        Assert.Contains("the server ended after 100 of 3145728 bytes", (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_go_on_as_long_as_something_comes_when_it_is_cut_off_often()
    {
        // Each time half of what is left, at least.
        _server.Answer(Path, context => RangeOf(context) is var from && Content.Length - from < 1 << 20 ? ModelServer.Good(Content)(context) : Half(context, from));

        await RunAsync();

        Assert.Equal(Content, Read());

        static async Task Half(HttpContext context, int from)
        {
            var end = from + ((Content.Length - from) / 2);
            (context.Response.StatusCode, context.Response.ContentLength) = (from == 0 ? 200 : 206, Content.Length - from);
            context.Response.Headers.ETag = ModelServer.TagOf(Content);
            if (from > 0) context.Response.Headers.ContentRange = $"bytes {from}-{Content.Length - 1}/{Content.Length}";
            await context.Response.Body.WriteAsync(Content.AsMemory(from..end));
            await context.Response.Body.FlushAsync();
            context.Abort();
        }
    }

    [Fact]
    public async Task Should_try_again_when_nothing_comes_for_too_long()
    {
        _server.Serve(Path, Content, ModelServer.SilentAfter(Content, 2 << 20));

        var run = RunAsync();
        await _some.Task.WaitAsync(TimeSpan.FromSeconds(30));
        // Until it has noticed; the next try is not to be cut off before it has begun.
        while (_time.Waits.Count == 0 && !run.IsCompleted)
        {
            _time.PassIdle();
            await Task.Yield();
        }
        await run.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.True(_server.Asked.Count > 1, "it never asked again");
        Assert.Equal(Content, Read());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Should_come_back_when_the_server_is_busy(int status)
    {
        _server.Serve(Path, Content, ModelServer.Status(status, ("Retry-After", "7")), ModelServer.Status(status, ("Retry-After", "7000")));

        await RunAsync();

        Assert.Equal([7, 30], _time.Waits.Select(w => w.TotalSeconds));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task Should_say_so_at_once_when_the_server_does_not_have_it(int status)
    {
        _server.Answer(Path, ModelServer.Status(status));

        Assert.Contains($"the server answers {status}", (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);
        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task Should_follow_when_it_is_led_on()
    {
        _server.Answer(Path, ModelServer.Status(302, ("Location", "/elsewhere")));
        _server.Serve("/elsewhere", Content, ModelServer.CutOffAfter(Content, 2 << 20));

        await RunAsync();

        Assert.Equal(Content, Read());
        Assert.NotEqual("", _server.Asked[^1].Range);
    }

    [Fact]
    public async Task Should_say_so_at_once_when_the_servers_certificate_is_nobodys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await using var server = await ModelServer.StartAsync(certificate);
        _file = _file with { Address = server.Serve(Path, Content) };

        Assert.Contains("cannot be trusted", (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);
        Assert.Empty(_time.Waits);
        Assert.Empty(server.Asked);
    }

    [Theory]
    [InlineData("/graph.onnx", "leads on and on: 5 times were followed")]
    [InlineData("http://example.org/graph.onnx", "is not encrypted")]
    [InlineData("file:///etc/passwd", "neither https nor http")]
    [InlineData("", "does not say where")]
    public async Task Should_not_follow_when_it_is_led_astray(string location, string expected)
    {
        _server.Answer(Path, ModelServer.Status(302, location.Length > 0 ? [("Location", location)] : []));

        Assert.Contains(expected, (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);
        Assert.True(_server.Asked.Count <= 6);
    }

    [Fact]
    public async Task Should_keep_what_came_when_it_is_stopped()
    {
        _server.Serve(Path, Content, ModelServer.SilentAfter(Content, 2 << 20));
        using var stop = new CancellationTokenSource();

        var run = RunAsync(stop.Token);
        await _some.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.NotEqual(0, _part.LengthOf(_file));
        await RunAsync();
        Assert.Equal(Content, Read());
        Assert.NotEqual("", _server.Asked[^1].Range);
    }

    private Task RunAsync() => RunAsync(CancellationToken.None);

    private async Task RunAsync(CancellationToken stop)
    {
        using var client = new PullClient(insecure: false, _time);
        await new FileDownload(_file, _part, client, At, _time).RunAsync(stop);
    }

    private void At(long bytes)
    {
        if (bytes > 0) _some.TrySetResult();
    }

    /// <summary>What another process left behind.</summary>
    private void Left(byte[] content, int bytes, string? tag)
    {
        File.WriteAllBytes(_part.PathOf(_file), content[..bytes]);
        _part.Note(_file, new PartNote(_file.Sha256, tag));
    }

    private byte[] Read() => File.ReadAllBytes(_part.PathOf(_file));

    private static int RangeOf(HttpContext context) => context.Request.GetTypedHeaders().Range is { } range ? (int)range.Ranges.Single().From! : 0;

    private static byte[] Random(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
