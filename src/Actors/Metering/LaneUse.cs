using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Metering;

/// <summary>Lane time that was idle and busy between two looks at the board; a new board begins anew. Pure.</summary>
internal sealed class LaneUse
{
    private BoardView? _last;

    /// <summary>What came since the last look; nothing at the first, and nothing where the board is another one since.</summary>
    public (TimeSpan Idle, TimeSpan Busy) Since(BoardView view)
    {
        var last = _last;
        _last = view;
        if (last is null || view.LanesIdle < last.LanesIdle || view.At < last.At) return default;
        var idle = view.LanesIdle - last.LanesIdle;
        var busy = ((view.At - last.At) * view.Lanes) - idle;
        return (idle, busy > TimeSpan.Zero ? busy : TimeSpan.Zero);
    }
}
