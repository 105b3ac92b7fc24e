using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Memory;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;

namespace ActorPipeline.Hosting.Explaining;

/// <summary>A run over declared models that do not fit together, and what its log says of them.</summary>
public sealed class DecisionsOfARunSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_tell_the_same_as_the_summary_when_two_models_took_turns()
    {
        var record = new RunRecord();
        var result = await RunAsync(record);
        Assert.True(result.ExitCode == 0, string.Join("; ", result.Errors));

        var read = DecisionReader.Read(_folder.Path, out _)!;
        Assert.Empty(read.Warnings);
        var (detector, classifier) = (ModelStory.Of("detector", read), ModelStory.Of("classifier", read));
        Assert.Equal(record.Models["classifier"].Loads, classifier.Loads.Count);
        Assert.Equal(record.Models["classifier"].Unloads, classifier.Unloads);
        Assert.Equal(record.Models["detector"].Loads, detector.Loads.Count);
        Assert.Equal(record.Granted, detector.Waits.Count + classifier.Waits.Count);
        Assert.Equal(record.Yielded, detector.Left.All.Concat(classifier.Left.All).Where(t => t.What == ModelStory.Room).Sum(t => t.Count));
        Assert.True(classifier.Loads.Count > 0);
        Assert.True(classifier.Over);
        Assert.Equal("not in memory", classifier.State);
        // Each had to wait for the other, and to leave for it.
        Assert.Equal("detector", Assert.Single(classifier.Asked.All).Who);
        Assert.Contains(detector.Left.All, t => t is { What: ModelStory.Room, Who: "classifier" });
        Assert.Equal(Bytes.MiB(9).Count, classifier.LoadBytes);
        Assert.Contains(classifier.Beside!, h => h is { Name: "belt", Kind: "pool" });
        Assert.InRange(classifier.HeldMs, 0.1, classifier.RunMs);
        Assert.Equal(Bytes.MiB(14).Count, classifier.Budget!.Value.Most);
    }

    private async Task<RunResult> RunAsync(RunRecord record)
    {
        var time = TimeProvider.System;
        var runtime = new SyntheticModelRuntime(time)
            .Add(new SyntheticModel(new ModelId("detector")) { Detects = _ => [new Detection(new BoundingBox(0, 0, 8, 8), 0, 0.9f)] })
            .Add(new SyntheticModel(new ModelId("classifier")));
        var settings = SyntheticParts.Settings("belt", "detector", "classifier") with { Memory = new MemorySettings { Budget = Bytes.MiB(14) } };
        using var decisions = new DecisionFile(_folder.Path, TimeSpan.Zero, HandMadeLog.Header, text => Assert.Fail(text));
        decisions.Begin();
        using var log = new StderrLog(TextWriter.Null);
        return await new PipelineRun(settings, "", SyntheticParts.Create(time, runtime), record, decisions).RunAsync(log, CancellationToken.None);
    }
}
