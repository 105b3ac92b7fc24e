
using Spectre.Console.Testing;

namespace ActorPipeline.Hosting.Display;

public sealed class JobProgressSpecs
{
    private static readonly string[] Models = [new("det[ector"), new("classifier")];

    [Fact]
    public async Task Should_show_a_bar_for_each_model_with_what_is_done_to_it_when_jobs_are_done()
    {
        using var console = new TestConsole();
        console.Interactive().Profile.Width = 100;
        var progress = new JobProgress(console, "engines", "building", Models);

        await progress.ShowAsync(() =>
        {
            progress.Began(Models[0]);
            progress.Ended(Models[0], "built");
            progress.Began(Models[1]);
            return Task.CompletedTask;
        });

        foreach (var part in (string[])["engines", "det[ector: built", "classifier: building"]) Assert.Contains(part, console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_how_far_a_job_is_when_it_tells()
    {
        using var console = new TestConsole();
        console.Interactive().Profile.Width = 100;
        var progress = new JobProgress(console, "finder", "downloading", Models);

        await progress.ShowAsync(() =>
        {
            progress.Began(Models[1]);
            progress.At(Models[1], 0.256);
            progress.At("another", 0.5);
            return Task.CompletedTask;
        });

        Assert.Contains("classifier: downloading 25 %", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_a_line_when_a_job_begins_and_nobody_looks()
    {
        using var output = new StringWriter();
        var lines = new JobLines(output, "Measuring");
        lines.Began(Models[1]);
        lines.Ended(Models[1], "built");
        Assert.Equal($"Measuring classifier ...{Environment.NewLine}", output.ToString());
    }
}
