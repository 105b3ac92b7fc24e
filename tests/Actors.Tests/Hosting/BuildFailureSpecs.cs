using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Workers;
using static ActorPipeline.Catalog.ExecutionProvider;

namespace ActorPipeline.Hosting;

public sealed class BuildFailureSpecs
{
    [Theory]
    [InlineData(LoadFailure.FileMissing)]
    [InlineData(LoadFailure.NotAModel)]
    [InlineData(LoadFailure.WrongShape)]
    [InlineData(LoadFailure.WrongLabels)]
    [InlineData(LoadFailure.NoProvider)]
    [InlineData(LoadFailure.NativeLibrary)]
    public void Should_refuse_with_the_models_own_reason_when_it_is_bad(LoadFailure failure) =>
        Assert.Equal(new BuildFailure.Refuses("so it is"), Of(new WorkerAnswer.Failed("so it is", failure), Cpu));

    [Theory]
    [InlineData(null)]
    [InlineData(LoadFailure.OutOfMemory)]
    [InlineData(LoadFailure.Other)]
    public void Should_go_on_with_a_warning_when_the_build_itself_failed(LoadFailure? failure)
    {
        var goesOn = Assert.IsType<BuildFailure.GoesOn>(Of(new WorkerAnswer.Failed("it was killed", failure), Cpu));
        Assert.Equal([Cpu], goesOn.Card.Providers);
        Assert.Equal("the engine of model 'detector' could not be built: it was killed; it is left to the model's load", goesOn.Warning);
    }

    [Fact]
    public void Should_not_let_the_load_build_it_again_when_the_engine_may_have_been_one_of_tensorrt()
    {
        var goesOn = Assert.IsType<BuildFailure.GoesOn>(Of(new WorkerAnswer.Failed("it was killed", null), TensorRt, Cuda, Cpu));
        Assert.Equal([Cuda, Cpu], goesOn.Card.Providers);
        Assert.EndsWith("without tensorrt", goesOn.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_refuse_when_the_card_leaves_nothing_else()
    {
        var refuses = Assert.IsType<BuildFailure.Refuses>(Of(new WorkerAnswer.Failed("it was killed", null), TensorRt));
        Assert.Equal("the engine of model 'detector' could not be built: it was killed", refuses.Reason);
    }

    private static BuildFailure Of(WorkerAnswer.Failed why, params ExecutionProvider[] providers) => BuildFailure.Of(Cards.Of(Cards.Detector) with { Providers = providers }, why);
}
