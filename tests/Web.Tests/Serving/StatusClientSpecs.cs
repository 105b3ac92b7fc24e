using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Commands;

namespace ActorPipeline.Hosting.Web;

public class StatusClientSpecs
{
    private static async Task<(int Code, string Out, string Error)> RunAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        var code = await CommandLine.RunAsync(["status", .. args], output, error);
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task Should_say_how_it_stands_and_end_with_1_when_it_is_not_ready()
    {
        await using var kit = await SiteKit.StartAsync();

        var (code, text, _) = await RunAsync("--url", kit.Server.Address.ToString());

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("spec is not ready", text, StringComparison.Ordinal);
        Assert.Contains("models are being looked at", text, StringComparison.Ordinal);
        Assert.Contains("street", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_end_with_0_and_give_the_same_to_programs_when_it_is_ready()
    {
        await using var kit = await SiteKit.StartAsync();
        lock (kit.Site.State.Gate) kit.Site.State.Apply(new RunStarted(TimeSpan.Zero, new Dictionary<Catalog.ModelId, Inference.LoadReport>(), Bytes.Zero));

        var (code, text, _) = await RunAsync("--url", kit.Server.Address.ToString(), "--json");

        Assert.Equal(ExitCode.Done, code);
        Assert.True((bool)JsonNode.Parse(text)!["ready"]!);
    }

    [Fact]
    public async Task Should_end_with_2_when_a_token_is_needed()
    {
        await using var kit = await SiteKit.StartAsync(token: "correct-horse-battery");

        var (code, _, error) = await RunAsync("--url", kit.Server.Address.ToString());

        Assert.Equal((ExitCode.BadConfiguration, $"error: {kit.Server.Address} needs its token"), (code, error.Trim()));
    }

    [Theory]
    [InlineData("127.0.0.1:8780")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("")]
    public async Task Should_end_with_2_when_the_address_is_none(string url)
    {
        var (code, _, error) = await RunAsync("--url", url);

        Assert.Equal((ExitCode.BadConfiguration, $"error: --url takes the address of a page, such as http://127.0.0.1:8780, and not '{url}'."), (code, error.Trim()));
    }

    [Fact]
    public async Task Should_end_with_2_when_nobody_answers()
    {
        Uri address;
        await using (var kit = await SiteKit.StartAsync()) address = kit.Server.Address;

        var (code, _, error) = await RunAsync("--url", address.ToString());

        Assert.Equal(ExitCode.BadConfiguration, code);
        Assert.StartsWith($"error: {address} does not answer: ", error, StringComparison.Ordinal);
    }
}
