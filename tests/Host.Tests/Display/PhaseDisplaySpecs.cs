using ActorPipeline.Quantization;
using Spectre.Console.Testing;

namespace ActorPipeline.Hosting.Display;

public sealed class PhaseDisplaySpecs
{
    [Fact]
    public async Task Should_show_a_bar_for_each_phase_when_a_person_looks()
    {
        using var console = new TestConsole();
        console.Interactive().Profile.Width = 120;
        var display = new PhaseProgress(console);

        var result = await display.ShowAsync(() =>
        {
            display.At(new QuantizationProgress(QuantizationPhase.Read, 1, 1, "66 [layers]"));
            display.At(new QuantizationProgress(QuantizationPhase.Sensitivity, 3, 12, "head.cls"));
            return Task.FromResult(42);
        });

        Assert.Equal(42, result);
        foreach (var part in (string[])["read: 66 [layers]", "100%", "calibrate: nothing to do", "sensitivity: head.cls", "25%", "prove: waits"]) Assert.Contains(part, console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_a_line_with_the_last_text_when_a_phase_has_ended_and_nobody_looks()
    {
        using var output = new StringWriter();
        var display = new PhaseLines(output);
        await display.ShowAsync(() =>
        {
            display.At(new QuantizationProgress(QuantizationPhase.Read, 0, 1));
            display.At(new QuantizationProgress(QuantizationPhase.Read, 1, 1));
            Assert.Empty(output.ToString());
            display.At(new QuantizationProgress(QuantizationPhase.Calibrate, 1, 39, "a.jpg"));
            Assert.Equal("read         1 of 1\n", output.ToString());
            display.At(new QuantizationProgress(QuantizationPhase.Calibrate, 39, 39, "39 pictures"));
            display.At(new QuantizationProgress(QuantizationPhase.Methods, 0, 3));
            display.At(new QuantizationProgress(QuantizationPhase.Methods, 3, 3));
            return Task.FromResult(true);
        });
        Assert.Equal("read         1 of 1\ncalibrate    39 pictures\nmethods      3 of 3\n", output.ToString());
    }

    [Fact]
    public async Task Should_say_nothing_of_a_phase_when_it_broke_off()
    {
        using var output = new StringWriter();
        var display = new PhaseLines(output);
        await display.ShowAsync(() =>
        {
            display.At(new QuantizationProgress(QuantizationPhase.Calibrate, 7, 39, "g.jpg"));
            return Task.FromResult(true);
        });
        Assert.Empty(output.ToString());
    }
}
