using System.Diagnostics;

namespace ActorPipeline.Sources;

public class LiveSourceSpecs
{
    [Fact]
    public void Should_name_the_device_when_no_camera_answers()
    {
        using var source = FrameSources.Open("97");
        Assert.Contains("/dev/video97", Assert.Throws<SourceOpenException>(source.Open).Message);
    }

    [Fact]
    public void Should_give_up_and_hide_the_password_when_a_stream_does_not_answer()
    {
        // Accepts and says nothing, as a camera that hangs.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        using var source = FrameSources.Open($"rtsp://admin:secret@127.0.0.1:{port}/live", new SourceOptions { OpenTimeout = TimeSpan.FromSeconds(1) });
        var clock = Stopwatch.StartNew();
        var e = Assert.Throws<SourceOpenException>(source.Open);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"It took {clock.Elapsed}.");
        Assert.DoesNotContain("secret", e.Message);
        Assert.Contains($"rtsp://***@127.0.0.1:{port}/live", e.Message);
    }
}
