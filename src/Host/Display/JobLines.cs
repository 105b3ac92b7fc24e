namespace ActorPipeline.Hosting.Display;

/// <summary>A line for each job that begins, for logs and pipes.</summary>
/// <param name="output">Where they go.</param>
/// <param name="doing">What is done, before the model's name: "Measuring".</param>
internal sealed class JobLines(TextWriter output, string doing) : IJobDisplay
{
    public Task ShowAsync(Func<Task> work) => work();

    public void Began(string model) => output.WriteLine($"{doing} {model} ...");

    public void At(string model, double share)
    {
    }

    public void Ended(string model, string how)
    {
    }
}
