using ActorPipeline.Sinks;

namespace ActorPipeline.Support;

/// <summary>The same, but it chooses its frames.</summary>
public sealed class SelectiveSink(Func<bool> wants) : RecordingSink, ISelectiveSink
{
    public bool TryWant() => wants();
}
