using ActorPipeline.Catalog;
using ActorPipeline.Hosting;
using ActorPipeline.Pipeline;
using ActorPipeline.Sources;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.UserTests;

// README begin
public sealed class MyCameraSpecs() : TestKit(SyntheticParts.VirtualTime)
{
    [Fact]
    public void Should_find_what_the_camera_shows()
    {
        var time = new FakeTimeProvider();
        var found = new Detection(new BoundingBox(0, 0, 8, 8), ClassIndex: 0, Score: 0.9f);
        var runtime = new SyntheticModelRuntime(time).Add(new SyntheticModel(new ModelId("detector"))
        {
            RunTime = TimeSpan.FromSeconds(2),
            Detects = frame => frame.Mark == 7 ? [found] : [],
        });
        var camera = CreateTestProbe();
        Sys.EventStream.Subscribe(TestActor, typeof(FrameConcluded));
        ActorPipelineHosting.Start(
            Sys, SyntheticParts.Settings("street", detect: "detector"), SyntheticParts.Create(time, runtime) with { Camera = _ => camera });

        camera.ExpectMsg<OpenSource>();
        camera.Reply(new SourceOpened(new SourceInfo(Live: true, 64, 48, FramesPerSecond: 25, FrameCount: null, FrameBytes: 64 * 48 * 3)));
        var read = camera.ExpectMsg<Read>();
        read.Buffer.Span[0] = 7; // the mark that the declared model sees
        camera.Reply(new FrameRead(read.Buffer, new SourceRead.Frame(64, 48, TimeSpan.Zero)));

        AwaitAssert(() => Assert.Equal(1, runtime["detector"].Waiting)); // it runs, and waits for time to pass
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<FrameOutcome.Classified>(ExpectMsg<FrameConcluded>().Outcome);
    }
}
// README end
