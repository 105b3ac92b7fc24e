using System.Net;

namespace ActorPipeline.ClusterTests;

/// <summary>Real processes on loopback: one hands crops to another.</summary>
public sealed class TwoBoxesSpecs
{
    [DataFact]
    public async Task Should_have_its_crops_classified_by_who_holds_the_model()
    {
        var plan = SiteKit.Box();
        await using var box = await SiteKit.StartAsync(plan);
        await using var camera = await SiteKit.StartAsync(SiteKit.Camera(plan));

        var (code, summary) = await camera.WaitForSummaryAsync(SiteKit.Bound);
        var (left, served) = await box.StopAsync(SiteKit.Bound);

        Assert.True(code == 0, camera.Process.Tell());
        SiteKit.AssertSound(camera, summary);
        Assert.True(SiteKit.CropsElsewhere(summary) > 0, summary.ToString());
        Assert.True(SiteKit.Handed(camera) > 0);
        Assert.All(camera.Results.Lines.Where(l => l.Line.TryGetProperty("nodes", out _)), l => Assert.Equal("box", l.Line.GetProperty("nodes").GetProperty("classifier").GetString()));
        Assert.Equal(TestNode.Interrupted, left);
        Assert.True(SiteKit.CropsServed(served) >= SiteKit.CropsElsewhere(summary), served.ToString());
    }

    [DataFact]
    public async Task Should_lose_no_frame_when_the_one_that_serves_is_killed()
    {
        var plan = SiteKit.Box();
        await using var box = await SiteKit.StartAsync(plan);
        await using var camera = await SiteKit.StartAsync(SiteKit.Camera(plan) with { Frames = 200 });
        await camera.WaitForHandedAsync(5);

        box.Process.Kill();

        var (code, summary) = await camera.WaitForSummaryAsync(SiteKit.Bound);
        Assert.True(code == 0, camera.Process.Tell());
        SiteKit.AssertSound(camera, summary);
        Assert.Equal(200, summary.GetProperty("frames").GetProperty("captured").GetInt64());
    }

    [DataFact]
    public async Task Should_run_as_ever_when_nobody_answers()
    {
        await using var camera = await SiteKit.StartAsync(SiteKit.Camera(SiteKit.Box()) with { Frames = 30 });

        var (code, summary) = await camera.WaitForSummaryAsync(SiteKit.Bound);

        Assert.True(code == 0, camera.Process.Tell());
        SiteKit.AssertSound(camera, summary);
        Assert.Equal(30, summary.GetProperty("frames").GetProperty("classified").GetInt64() + summary.GetProperty("frames").GetProperty("empty").GetInt64());
        Assert.Equal(0, SiteKit.Heard(summary));
    }

    [DataFact]
    public async Task Should_keep_its_crops_when_the_others_model_has_other_bytes()
    {
        var folder = Owner.Folder("other-bytes");
        try
        {
            var other = Path.Combine(folder, "SqueezeNet_fp32.onnx");
            // A field of metadata more: the same computation, and other bytes.
            byte[] named = [0x72, 0x08, 0x0A, 0x01, (byte)'k', 0x12, 0x03, (byte)'v', (byte)'a', (byte)'l'];
            File.WriteAllBytes(other, [.. File.ReadAllBytes(TestData.PathOf("models", "SqueezeNet_fp32.onnx")), .. named]);
            var plan = SiteKit.Box() with { Arguments = ["--set", $"actor-pipeline.models.classifier.path={other}"] };
            await using var box = await SiteKit.StartAsync(plan);
            await using var camera = await SiteKit.StartAsync(SiteKit.Camera(plan) with { Frames = 60 });

            var (code, summary) = await camera.WaitForSummaryAsync(SiteKit.Bound);

            Assert.True(code == 0, camera.Process.Tell());
            SiteKit.AssertSound(camera, summary);
            Assert.Equal((1, 0), (SiteKit.Heard(summary), SiteKit.CropsElsewhere(summary)));
        }
        finally
        {
            Leftovers.TryDelete(folder);
        }
    }

    [DataFact]
    public async Task Should_go_on_when_rubbish_comes_to_the_port()
    {
        var plan = SiteKit.Box();
        await using var box = await SiteKit.StartAsync(plan);
        await using var camera = await SiteKit.StartAsync(SiteKit.Camera(plan) with { Frames = 200 });
        await camera.WaitForHandedAsync(3);
        var evil = new RubbishClient(new IPEndPoint(IPAddress.Loopback, plan.Port));
        var bound = TimeSpan.FromSeconds(20);

        using var held = await evil.OpenConnectionsAsync(100, bound);
        await evil.SendRandomBytesAsync(100_000, bound);
        await evil.SendValidFrameOfRubbishAsync(50_000, bound);
        Assert.True((await evil.SendOversizedFrameHeaderAsync(bound)).LetGo);

        var (code, summary) = await camera.WaitForSummaryAsync(SiteKit.Bound);
        Assert.True(code == 0, camera.Process.Tell());
        SiteKit.AssertSound(camera, summary);
        Assert.Equal(TestNode.Interrupted, (await box.StopAsync(SiteKit.Bound)).Code);
    }

    [DataFact]
    public async Task Should_let_in_who_has_a_certificate_of_its_authority_and_nobody_else()
    {
        using TestAuthority site = new(), stranger = new("stranger");
        var plan = SiteKit.Box() with { Authority = site };
        await using var box = await SiteKit.StartAsync(plan);
        await using var camera = await SiteKit.StartAsync(SiteKit.Camera(plan));
        await camera.WaitForHandedAsync(1);
        await using var other = await SiteKit.StartAsync(SiteKit.Camera(plan) with { Name = "other", Authority = stranger, Frames = 30 });
        await using var plain = await SiteKit.StartAsync(SiteKit.Camera(plan) with { Name = "plain", Authority = null, Frames = 30 });

        var (_, kept) = await other.WaitForSummaryAsync(SiteKit.Bound);
        var (_, out1) = await plain.WaitForSummaryAsync(SiteKit.Bound);
        var (code, summary) = await camera.WaitForSummaryAsync(SiteKit.Bound);
        var (_, served) = await box.StopAsync(SiteKit.Bound);

        Assert.True(code == 0, camera.Process.Tell());
        SiteKit.AssertSound(camera, summary);
        Assert.Equal((0, 0, 1, 1), (SiteKit.Heard(kept), SiteKit.Heard(out1), SiteKit.Heard(summary), SiteKit.Heard(served)));
    }
}
