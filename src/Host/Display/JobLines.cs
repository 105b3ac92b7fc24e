using ActorPipeline.Catalog;

namespace ActorPipeline.Hosting.Display;

/// <summary>A line for each job that begins, for logs and pipes.</summary>
/// <param name="output">Where they go.</param>
/// <param name="doing">What is done, before the model's name: "Measuring".</param>
internal sealed class JobLines(TextWriter output, string doing) : IJobDisplay
{
    public Task ShowAsync(Func<Task> work) => work();

    public void Began(ModelId model) => output.WriteLine($"{doing} {model} ...");

    public void Ended(ModelId model, string how)
    {
    }
}
