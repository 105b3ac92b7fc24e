using System.Net;

namespace ActorPipeline.ClusterTests;

/// <summary>A box whose port anybody reaches, while it works for a camera.</summary>
public sealed class AttackedNodeSpecs
{
    private static readonly TimeSpan Attack = TimeSpan.FromSeconds(5);

    [NodeFact]
    public Task Should_serve_on_when_its_port_gets_rubbish() => AttackAsync(connections: 50);

    [LongNodeFact]
    public Task Should_serve_on_when_a_thousand_connections_say_nothing() => AttackAsync(connections: 1000);

    private static async Task AttackAsync(int connections)
    {
        using var street = new EndlessStreet();
        await using var box = await TestNode.StartAsync(Street.Box());
        await using var cam = await TestNode.StartAsync(Street.Cam(box.Plan.Endpoint) with { Source = street.Folder });
        await cam.WaitForHandedAsync(count: 3);
        var client = new RubbishClient(new IPEndPoint(IPAddress.Loopback, box.Plan.Port));

        using var held = await client.OpenConnectionsAsync(connections, Street.Bound);
        var reactions = await Task.WhenAll(
            client.SendRandomBytesAsync(64 * 1024, Attack), client.SendRandomBytesAsync(3, Attack, seed: 7),
            client.SendOversizedFrameHeaderAsync(Attack), client.SendOversizedFrameHeaderAsync(Attack, length: -1),
            client.SendValidFrameOfRubbishAsync(200, Attack), client.SendValidFrameOfRubbishAsync(100_000, Attack),
            client.SlowLorisAsync(TimeSpan.FromMilliseconds(50), Attack));
        // Those that are held are held still, or let go; either way the camera is served.
        await cam.WaitForHandedAsync();

        Assert.Equal(connections, held.Opened);
        // Whoever says what cannot be is let go of.
        Assert.True(reactions[2].LetGo && reactions[3].LetGo && reactions[4].LetGo, string.Join('\n', reactions.AsEnumerable()));
        var there = cam.AssertSound(await cam.StopAsync(Street.Bound), TestNode.Interrupted);
        var here = box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted);
        Assert.True(here.Served >= there.Handed, $"{there}\n{here}");
        Assert.Equal((1, 1), (there.Heard, here.Heard));
    }
}
