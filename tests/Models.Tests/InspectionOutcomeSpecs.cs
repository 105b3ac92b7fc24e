using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline;

public sealed class InspectionOutcomeSpecs
{
    private sealed class BrokenRuntime(Exception fault) : IModelRuntime
    {
        public ILoadedModel Load(ModelCard card, CancellationToken cancellation) => throw fault;

        public EngineReport Build(ModelCard card, CancellationToken cancellation) => throw new NotSupportedException();

        public ModelInspection Inspect(ModelCard card) => throw fault;
    }

    private static readonly ModelCard Card = new() { Id = new ModelId("detector"), Path = "detector.onnx", Kind = ModelKind.PicoDet };

    [Fact]
    public void Should_say_why_when_the_model_cannot_be_had() =>
        Assert.Equal("gone", Reason(new ModelLoadException(Card.Id, LoadFailure.FileMissing, "gone")));

    [Fact]
    public void Should_name_the_model_and_the_fault_when_a_runtime_throws_what_it_should_not() =>
        Assert.Equal("model 'detector': IOException: input/output error", Reason(new IOException("input/output error")));

    private static string Reason(Exception fault) =>
        Assert.IsType<InspectionOutcome.Failed>(InspectionOutcome.Of(new BrokenRuntime(fault), Card)).Reason;
}
