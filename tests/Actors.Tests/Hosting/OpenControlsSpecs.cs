using ActorPipeline.Catalog;
using ActorPipeline.Serving;
using Akka.Actor;

namespace ActorPipeline.Hosting;

public sealed class OpenControlsSpecs
{
    private static readonly object Street = new PipelineId("street");
    private static readonly object Namesake = new ModelId("street");
    private readonly OpenControls _controls = new();

    [Fact]
    public void Should_answer_each_once_when_an_answer_comes_twice()
    {
        var (first, second) = (_controls.Open(Street, ActorRefs.Nobody), _controls.Open(Street, ActorRefs.Nobody));

        Assert.NotEqual(first, second);
        Assert.Same(ActorRefs.Nobody, _controls.Close(second));
        Assert.Null(_controls.Close(second));
    }

    [Fact]
    public void Should_tell_only_those_who_wait_for_it_when_a_pipeline_ends()
    {
        _controls.Open(Street, ActorRefs.Nobody);
        var model = _controls.Open(Namesake, ActorRefs.Nobody);
        _controls.Open(Street, ActorRefs.Nobody);

        Assert.Equal(2, _controls.CloseAll(Street).Count);

        Assert.Empty(_controls.CloseAll(Street));
        Assert.NotNull(_controls.Close(model));
    }

    [Fact]
    public void Should_tell_everybody_when_all_is_over()
    {
        _controls.Open(Street, ActorRefs.Nobody);
        _controls.Open(Namesake, ActorRefs.Nobody);

        Assert.Equal(2, _controls.CloseAll().Count);
        Assert.Empty(_controls.CloseAll());
    }
}
