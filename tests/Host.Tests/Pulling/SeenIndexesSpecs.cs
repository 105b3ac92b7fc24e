namespace ActorPipeline.Hosting.Pulling;

public sealed class SeenIndexesSpecs : IDisposable
{
    private static readonly Uri Address = new("https://box/index.json?key=secret");
    private static readonly DateTimeOffset Issued = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_refuse_an_older_one_when_a_newer_was_seen_at_the_same_address()
    {
        Seen().Take(Address, Issued);
        Seen().Take(Address, Issued);
        Seen().Take(Address, Issued.AddDays(1));

        var refusal = Assert.Throws<PullException>(() => Seen().Take(Address, Issued)).Message;
        Assert.Contains("it is of 2026-11-01T12:00:00Z, and one of 2026-11-02T12:00:00Z was seen", refusal, StringComparison.Ordinal);
        Assert.Contains(Kept(), refusal, StringComparison.Ordinal);
        Seen().Take(new Uri("https://other/index.json"), Issued);
    }

    [Fact]
    public void Should_keep_no_secret_of_an_address_when_it_remembers_it()
    {
        Seen().Take(Address, Issued);

        Assert.DoesNotContain("secret", File.ReadAllText(Kept()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "issuedAt": "yesterday" }""")]
    public void Should_say_so_when_what_it_remembers_is_damaged(string text)
    {
        Seen().Take(Address, Issued);
        File.WriteAllText(Kept(), text);

        Assert.Contains("is damaged", Assert.Throws<PullException>(() => Seen().Take(Address, Issued)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_so_when_it_cannot_remember()
    {
        _folder.WriteText("seen", "a file where the folder should be");

        Assert.Contains("cannot be kept", Assert.Throws<PullException>(() => Seen().Take(Address, Issued)).Message, StringComparison.Ordinal);
    }

    private SeenIndexes Seen() => new(_folder.File("seen"));

    private string Kept() => Assert.Single(Directory.GetFiles(_folder.File("seen")));
}
