using Akka.Actor;
using static ActorPipeline.Replacing.ReplacementProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Replacing;

/// <content>The end: it is said how it went, and nothing is freed that is still read.</content>
internal sealed partial class ReplacementActor
{
    private void End(ReplacementVerdict verdict)
    {
        Context.Parent.Tell(new ReplacementJudged(_try.Candidate.Id, verdict));
        LetGo();
    }

    /// <summary>Pixels that the board or a lane still reads are waited for.</summary>
    private void LetGo()
    {
        Become(Ending);
        Timers.CancelAll();
        if (_asked) _try.Board.Tell(new ForgetSample(_try.Model));
        if (_posted) _try.Board.Tell(new WithdrawWork());
        StopWhenLetGo();
    }

    private void Ending()
    {
        Receive<WorkSampled>(sampled => sampled.Sample.Work.Release());
        Receive<SampleForgotten>(_ => { _asked = false; StopWhenLetGo(); });
        Receive<Completed>(_ => { _posted = false; StopWhenLetGo(); });
        Receive<WorkFailed>(_ => { _posted = false; StopWhenLetGo(); });
        Receive<Terminated>(lost =>
        {
            if (!lost.ActorRef.Equals(_try.Board)) return;
            OnBoardLost();
            StopWhenLetGo();
        });
        ReceiveAny(_ => { });
    }

    /// <summary>Its lanes are out of their runs. What it had not looked at yet is let go here; letting go twice is nothing.</summary>
    private void OnBoardLost()
    {
        if (_posted) _sample!.Work.Release();
        (_asked, _posted) = (false, false);
    }

    private void StopWhenLetGo()
    {
        if (!_asked && !_posted) Context.Stop(Self);
    }
}
