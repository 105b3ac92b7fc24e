namespace ActorPipeline.Hosting.Display;

/// <summary>Shows jobs while they are done, one for each model. Safe from any thread.</summary>
internal interface IJobDisplay
{
    /// <summary>Shows them for as long as the work takes.</summary>
    Task ShowAsync(Func<Task> work);

    /// <summary>A model's job began.</summary>
    void Began(string model);

    /// <summary>It is so far; for jobs that know.</summary>
    /// <param name="model">The model.</param>
    /// <param name="share">Of the whole, 0 to 1.</param>
    void At(string model, double share);

    /// <summary>It ended.</summary>
    /// <param name="model">The model.</param>
    /// <param name="how">In a few words.</param>
    void Ended(string model, string how);
}

/// <summary>Shows nothing: standard output belongs to the result.</summary>
internal sealed class NoJobDisplay : IJobDisplay
{
    public Task ShowAsync(Func<Task> work) => work();

    public void Began(string model)
    {
    }

    public void At(string model, double share)
    {
    }

    public void Ended(string model, string how)
    {
    }
}
