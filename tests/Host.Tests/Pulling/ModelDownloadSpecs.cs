using System.Text;
using ActorPipeline.Hosting.Display;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>All files of a model, from a real server.</summary>
public sealed class ModelDownloadSpecs : IAsyncLifetime
{
    private static readonly byte[] Graph = [1, 2, 3, 4];
    private static readonly byte[] Labels = "cat\ndog\n"u8.ToArray();

    private readonly TestFolder _folder = new();
    private readonly PullTime _time = new();
    private ModelServer _server = null!;
    private PullTarget _target = null!;

    public async Task InitializeAsync()
    {
        _server = await ModelServer.StartAsync();
        _server.Serve("/graph.onnx", Graph);
        _server.Serve("/labels.txt", Labels);
        _target = Target(SignedIndex.File("model", "graph.onnx", Graph), SignedIndex.File("labels", "labels.txt", Labels));
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Should_be_whole_in_its_place_with_nothing_beside_it_when_all_came()
    {
        await RunAsync();

        Assert.Equal(["graph.onnx", "labels.txt"], Entries(_target.Place));
        Assert.Equal([".finder.lock", "finder"], Entries(_target.Folder));
        Assert.True(await _target.IsThereAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Should_have_nothing_in_its_place_when_one_of_its_files_is_wrong()
    {
        _server.Serve("/labels.txt", "dog\ncat\n"u8.ToArray());

        await Assert.ThrowsAsync<PullException>(RunAsync);

        Assert.False(Directory.Exists(_target.Place));
        _server.Serve("/labels.txt", Labels);
        await RunAsync();
        Assert.True(await _target.IsThereAsync(CancellationToken.None));
        Assert.Equal(1, _server.CountOf("/graph.onnx"));
    }

    [Fact]
    public async Task Should_download_nothing_when_the_disk_has_no_room()
    {
        var error = await Assert.ThrowsAsync<PullException>(() => RunAsync(free: (16 << 20) + 11));

        Assert.Contains("has 16.0 MiB free; 12 B are to come, and 16.0 MiB should stay", error.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Asked);
        await RunAsync(free: (16 << 20) + 12);
    }

    [Fact]
    public async Task Should_be_refused_when_another_process_is_at_it()
    {
        Directory.CreateDirectory(_target.Folder);
        using (_target.Lock()) Assert.Contains("by another process", (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);

        Assert.Empty(_server.Asked);
        await RunAsync();
    }

    [Fact]
    public async Task Should_leave_what_is_there_when_another_process_brought_it()
    {
        await RunAsync();
        await RunAsync();

        Assert.Equal(2, _server.Asked.Count);
    }

    [Fact]
    public async Task Should_change_nothing_when_something_else_is_in_its_place()
    {
        Directory.CreateDirectory(_target.Place);
        await File.WriteAllBytesAsync(_target.PathOf(_target.Model.Graph), [9, 9, 9, 9]);

        Assert.Contains("is left as it is", (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);
        Assert.Equal([9, 9, 9, 9], await File.ReadAllBytesAsync(_target.PathOf(_target.Model.Graph)));
        Assert.Empty(_server.Asked);
    }

    [Fact]
    public async Task Should_remove_what_an_earlier_index_left_and_nothing_else_when_it_begins()
    {
        var before = Target(SignedIndex.File("model", "old.onnx", Graph, "graph.onnx"), SignedIndex.File("labels", "nowhere.txt", Labels));
        await Assert.ThrowsAsync<PullException>(() => RunAsync(before));
        Assert.Contains("old.onnx", Entries(_target.Part));
        await File.WriteAllTextAsync(Path.Combine(_target.Part, "mine.txt"), "mine");

        Assert.Contains("mine.txt' was not left by a download", (await Assert.ThrowsAsync<PullException>(RunAsync)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_target.Part, "mine.txt")));
        File.Delete(Path.Combine(_target.Part, "mine.txt"));
        await RunAsync();
        Assert.Equal(["graph.onnx", "labels.txt"], Entries(_target.Place));
    }

    [Fact]
    public async Task Should_begin_anew_when_the_notes_are_damaged()
    {
        Directory.CreateDirectory(_target.Part);
        await File.WriteAllTextAsync(Path.Combine(_target.Part, ".pull.json"), "rubbish");
        await File.WriteAllBytesAsync(Path.Combine(_target.Part, "graph.onnx"), [9]);

        await RunAsync();

        Assert.Equal(["graph.onnx", "labels.txt"], Entries(_target.Place));
    }

    [Fact]
    public async Task Should_tell_how_far_each_file_is_when_somebody_looks()
    {
        var told = new ToldDisplay();

        await RunAsync(_target, told);

        Assert.Equal(["began graph.onnx", "at 0", "at 1", "ended graph.onnx", "began labels.txt", "at 0", "at 1", "ended labels.txt"], told.Told);
    }

    private PullTarget Target(params System.Text.Json.Nodes.JsonObject[] files) => new(
        _folder.File("models"), IndexReader.Read(Encoding.UTF8.GetBytes(SignedIndex.Of(SignedIndex.Model("finder", files)).ToJsonString()), _server.Address).Models[0]);

    private Task RunAsync() => RunAsync(_target);

    private Task RunAsync(long free) => RunAsync(_target, null, free);

    private async Task RunAsync(PullTarget target, IJobDisplay? display = null, long free = long.MaxValue)
    {
        using var client = new PullClient(insecure: false, _time);
        await new ModelDownload(target, client, display ?? new NoJobDisplay(), _time) { FreeBytes = _ => free }.RunAsync(CancellationToken.None);
    }

    private static string[] Entries(string folder) => [.. Directory.EnumerateFileSystemEntries(folder).Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal)];

    private sealed class ToldDisplay : IJobDisplay
    {
        public List<string> Told { get; } = [];

        public Task ShowAsync(Func<Task> work) => work();

        public void Began(string model) => Told.Add($"began {model}");

        public void At(string model, double share) => Told.Add($"at {share}");

        public void Ended(string model, string how) => Told.Add($"ended {model}");
    }
}
