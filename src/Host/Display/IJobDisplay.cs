using ActorPipeline.Catalog;

namespace ActorPipeline.Hosting.Display;

/// <summary>Shows jobs while they are done, one for each model. Safe from any thread.</summary>
internal interface IJobDisplay
{
    /// <summary>Shows them for as long as the work takes.</summary>
    Task ShowAsync(Func<Task> work);

    /// <summary>A model's job began.</summary>
    void Began(ModelId model);

    /// <summary>It ended.</summary>
    /// <param name="model">The model.</param>
    /// <param name="how">In a few words.</param>
    void Ended(ModelId model, string how);
}

/// <summary>Shows nothing: standard output belongs to the result.</summary>
internal sealed class NoJobDisplay : IJobDisplay
{
    public Task ShowAsync(Func<Task> work) => work();

    public void Began(ModelId model)
    {
    }

    public void Ended(ModelId model, string how)
    {
    }
}
