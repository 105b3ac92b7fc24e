using ActorPipeline.Hosting.Running;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console.Testing;

namespace ActorPipeline.Hosting.Display;

public sealed class DisplaySpecs
{
    private static readonly RunView View = RunView.Of(TestRecord.Of(12, 3, ended: false), TimeSpan.FromSeconds(1004));

    [Fact]
    public void A_line_says_all_that_matters()
    {
        var line = PlainDisplay.Line(View with { Expected = 300 }, 3, 16);
        Assert.Equal("   4.0 s  12 of 300 frames, 3.0/s, 4 of 16 in flight, p50 50 ms; 48.0 MiB of 64.0 MiB; classifier resident, 1 load; detector resident, 2 loads", line);
        var record = new RunRecord();
        Assert.StartsWith("preparing: opening sources", PlainDisplay.Line(RunView.Of(record, TimeSpan.Zero), 0, 16), StringComparison.Ordinal);
        record.Engines.Apply(new EngineBuilding(TimeSpan.Zero, new Catalog.ModelId("detector")));
        Assert.Equal("preparing: building the engine of detector", PlainDisplay.Line(RunView.Of(record, TimeSpan.Zero), 0, 16));
    }

    [Fact]
    public void A_panel_shows_frames_memory_and_models()
    {
        using var console = new TestConsole();
        console.Profile.Width = 100;
        console.Write(new LiveDisplay(console, "de[mo", 16, TimeProvider.System).Draw(View, 3));
        foreach (var part in (string[])["de[mo", "12 frames", "3.0/s", "4 of 16 frames in flight", "48.0 MiB charged of a budget of 64.0 MiB", "belt: buffers 18.0 MiB", "detector: resident, 2 loads, 30.0 MiB", "█", "░"])
            Assert.Contains(part, console.Output, StringComparison.Ordinal);
        Assert.InRange(console.Output.Split('\n').Length, 5, 14);
    }

    [Fact]
    public async Task A_line_comes_every_other_second_until_the_run_is_over()
    {
        var time = new FakeTimeProvider();
        var over = new TaskCompletionSource();
        using var output = new LineSignal();
        var shown = new PlainDisplay(output, 16, time).ShowAsync(new RunRecord(), over.Task);
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            await output.Lines.WaitAsync();
        }
        over.SetResult();
        await shown;
        Assert.Equal(0, output.Lines.CurrentCount);
    }

    [Fact]
    public void A_rate_is_that_of_the_last_seconds()
    {
        var rate = new RateMeter(TimeSpan.FromSeconds(2));
        Assert.Equal(0, rate.Next(TimeSpan.Zero, 0));
        Assert.Equal(10, rate.Next(TimeSpan.FromSeconds(1), 10));
        rate.Next(TimeSpan.FromSeconds(10), 10);
        rate.Next(TimeSpan.FromSeconds(11), 40);
        Assert.Equal(30, rate.Next(TimeSpan.FromSeconds(12), 70));
    }

    private sealed class LineSignal : StringWriter
    {
        public SemaphoreSlim Lines { get; } = new(0);

        public override Task WriteLineAsync(string? value)
        {
            Lines.Release();
            return Task.CompletedTask;
        }

        protected override void Dispose(bool disposing)
        {
            Lines.Dispose();
            base.Dispose(disposing);
        }
    }
}
