using ActorPipeline.Cluster;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Cluster.NeighboursProtocol;

namespace ActorPipeline.Hosting;

/// <content>As a node among others: the buffers for their crops, the models that they may use, and how it leaves.</content>
public sealed partial class ActorPipelineRoot
{
    /// <summary>Pipelines' names have no '@'.</summary>
    private const string DeskAccount = "@neighbours";

    private sealed record LeaveBound : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly LeaveBound Instance = new();
    }

    private bool _leaving;
    private bool _left;

    /// <summary>Whether it takes neighbours' crops: then it runs until it is told to end.</summary>
    private bool Serves => _settings.Cluster.Enabled && _settings.Cluster.Roles.HasFlag(NodeRoles.Inference);

    private DeskPlan Desk => DeskPlan.For(_settings.Cluster, _models.Values);

    /// <summary>Pipelines' buffers, and the desk's.</summary>
    private int Charges => _prepared.Count + (Desk.Total > Bytes.Zero ? 1 : 0);

    /// <summary>Nothing more is taken from neighbours, and what is here is finished within the drain's bound.</summary>
    private void Leave()
    {
        if (_leaving) return;
        _leaving = true;
        if (_tree?.Neighbours is not { } neighbours)
        {
            _left = true;
            return;
        }
        neighbours.Tell(new LeaveNeighbours(), Self);
        Timers.StartSingleTimer(LeaveBound.Instance, LeaveBound.Instance, _settings.DrainTimeout);
    }

    private void NeighboursAreLeft()
    {
        if (!_leaving || _left) return;
        _left = true;
        Timers.Cancel(LeaveBound.Instance);
        UnloadWhenAllIsOver();
    }

    private void UnloadWhenAllIsOver()
    {
        var over = _ended.Count == _settings.Pipelines.Count;
        // Who only had pipelines of its own goes when they have ended.
        if (over && !Serves) Leave();
        if (over && _left) Unload();
    }
}
