using ActorPipeline.Pipeline;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class ReconnectBinderSpecs
{
    private const string Before = "actor-pipeline.models.d { path = d.onnx, kind = picodet }\nactor-pipeline.pipelines.p { source = 0, detect = d, ";

    [Fact]
    public void Should_bind_every_key_when_all_are_given()
    {
        var result = Given.Configuration(Before + "reconnect { first = 500 ms, longest = 1 min, for = 7 d } }");

        Assert.Empty(result.Errors);
        Assert.Equal(
            new ReconnectSettings { First = TimeSpan.FromMilliseconds(500), Longest = TimeSpan.FromMinutes(1), For = TimeSpan.FromDays(7) },
            result.Settings!.Pipelines[0].Reconnect);
    }

    [Fact]
    public void Should_take_a_loss_for_the_end_when_an_outage_may_not_last()
    {
        var result = Given.Configuration(Before + "reconnect.for = 0 }");

        Assert.Empty(result.Errors);
        Assert.Equal(ReconnectSettings.Never, result.Settings!.Pipelines[0].Reconnect);
    }

    [Theory]
    [InlineData("reconnect = on", "reconnect: expected an object { }, found \"on\"")]
    [InlineData("reconnect.first = 0", "reconnect.first: expected a duration from 10 ms to 1 h, found \"0\"")]
    [InlineData("reconnect.first = 40 s", "reconnect.first: first = 40 s is more than longest = 30 s")]
    [InlineData("reconnect.longest = 500 ms", "reconnect.longest: first = 1 s is more than longest = 500 ms")]
    [InlineData("reconnect.for = 2 years", "reconnect.for: expected a duration from 0 to 8760 h, found \"2 years\"")]
    [InlineData("reconnect.tries = 3", "reconnect.tries: unknown key; known here: first, longest, for")]
    public void Should_say_what_is_wrong_when_a_key_does_not_fit(string key, string expected) =>
        Assert.EndsWith(": actor-pipeline.pipelines.p." + expected, Assert.Single(Given.Faults(Before + key + " }")));

    [Theory]
    [InlineData(31, null)]
    [InlineData(32, "a pipeline has 31 sinks at most, and these are 32")]
    public void Should_refuse_when_a_pipeline_has_more_sinks_than_its_books_hold(int count, string? fault)
    {
        var sinks = string.Join(", ", Enumerable.Range(0, count).Select(i => $"{{ type = json-lines, path = \"{i}.jsonl\" }}"));

        var faults = Given.Faults(Before + $"sinks = [{sinks}] }}");

        Assert.Equal(fault is null ? [] : [$"2:{Before[Before.IndexOf('\n')..].Length + "sinks = ".Length}: actor-pipeline.pipelines.p.sinks: {fault}"], faults);
    }

    [Theory]
    [InlineData(31, null)]
    [InlineData(32, "a pipeline has 31 classifiers at most, and these are 32")]
    public void Should_refuse_when_a_pipeline_has_more_classifiers_than_its_books_hold(int count, string? fault)
    {
        var names = Enumerable.Range(0, count).Select(i => $"c{i}").ToArray();
        var models = string.Concat(names.Select(name => $"\nactor-pipeline.models.{name} {{ path = {name}.onnx, kind = classification }}"));

        var faults = Given.Faults(Before + $"classify = [{string.Join(", ", names)}] }}" + models);

        Assert.Equal(fault is null ? [] : [$"2:{Before[Before.IndexOf('\n')..].Length + "classify = ".Length}: actor-pipeline.pipelines.p.classify: {fault}"], faults);
    }
}
