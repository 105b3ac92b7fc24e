using Akka.Actor;

namespace ActorPipeline.Hosting;

/// <summary>Controls that were handed on to a pipeline or a model and have no answer yet, and who waits for each: nobody is answered twice, or never. Pure.</summary>
internal sealed class OpenControls
{
    private readonly Dictionary<long, (object About, IActorRef Asker)> _open = [];
    private long _numbers;

    /// <summary>A control is handed on.</summary>
    /// <param name="about">The pipeline or model that is to answer.</param>
    /// <param name="asker">Who waits.</param>
    /// <returns>Its number.</returns>
    public long Open(object about, IActorRef asker)
    {
        _open.Add(++_numbers, (about, asker));
        return _numbers;
    }

    /// <summary>A control is answered.</summary>
    /// <returns>Who waits for it; null where it was answered before.</returns>
    public IActorRef? Close(long number) => _open.Remove(number, out var open) ? open.Asker : null;

    /// <summary>This pipeline or model will answer nothing that it was asked before.</summary>
    /// <returns>Who waits, the first first.</returns>
    public IReadOnlyList<IActorRef> CloseAll(object about) => CloseWhere(open => open.Equals(about));

    /// <summary>Nobody will answer any more.</summary>
    /// <returns>Who waits, the first first.</returns>
    public IReadOnlyList<IActorRef> CloseAll() => CloseWhere(_ => true);

    private List<IActorRef> CloseWhere(Func<object, bool> isMeant)
    {
        var askers = new List<IActorRef>();
        foreach (var (number, (about, asker)) in _open.Where(o => isMeant(o.Value.About)).OrderBy(o => o.Key).ToArray())
        {
            _open.Remove(number);
            askers.Add(asker);
        }
        return askers;
    }
}
