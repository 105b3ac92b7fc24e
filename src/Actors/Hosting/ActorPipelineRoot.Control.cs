using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Hosting.HostingProtocol;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <content>Asked while it runs, by people: what is changed, what is refused, and what others know.</content>
public sealed partial class ActorPipelineRoot
{
    private readonly OpenControls _controls = new();

    /// <summary>In every state: who asks for what a part of the tree knows is answered by that part.</summary>
    private void Questions()
    {
        Receive<ExplainModel>(question => Ask(_tree?.Supervisor, question));
        Receive<GetBoardView>(question => Ask(_tree?.Board, question));
    }

    private void Ask(IActorRef? part, object question)
    {
        if (part is not null) part.Forward(question);
        else Decline(Sender, "the run did not begin");
    }

    private void RefuseControls(string reason)
    {
        Receive<IControl>(_ => Decline(Sender, reason));
        Receive<ControlAnswered>(_ => { });
        Questions();
    }

    private void Controls()
    {
        Receive<IControl>(OnControl);
        Receive<ControlAnswered>(answered =>
        {
            if (_controls.Close(answered.Control) is not { } asker) return;
            if (answered.Done) Done(asker, answered.Text);
            else Decline(asker, answered.Text);
        });
        Questions();
    }

    private void OnControl(IControl control)
    {
        if (_shuttingDown)
        {
            Decline(Sender, "the run is ending");
            return;
        }
        switch (control)
        {
            case PausePipeline(var pipeline): SetPaused(pipeline, paused: true); break;
            case ResumePipeline(var pipeline): SetPaused(pipeline, paused: false); break;
            default: Decline(Sender, $"{control.GetType().Name} is not known here"); break;
        }
    }

    private void SetPaused(PipelineId id, bool paused)
    {
        if (_settings.Pipelines.All(p => p.Id != id)) Decline(Sender, $"there is no pipeline '{id}'");
        else if (_ended.Any(e => e.Pipeline == id)) Decline(Sender, $"pipeline '{id}' has ended");
        else _tree!.Tell(id, new PipelineProtocol.SetPaused(_controls.Open(id, Sender), paused));
    }

    /// <summary>Who waits for a pipeline or a model that answers no more is told so.</summary>
    private void RefuseOpen(object about, string reason)
    {
        foreach (var asker in _controls.CloseAll(about)) Decline(asker, reason);
    }

    private void RefuseAllOpen(string reason)
    {
        foreach (var asker in _controls.CloseAll()) Decline(asker, reason);
    }

    private void Done(IActorRef asker, string text)
    {
        _log.Info("Control: {Text}", text);
        asker.Tell(new ControlDone(text));
    }

    private void Decline(IActorRef asker, string reason)
    {
        _log.Info("Control refused: {Reason}", reason);
        asker.Tell(new ControlRefused(reason));
    }
}
