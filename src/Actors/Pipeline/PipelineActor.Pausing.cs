using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <content>Paused, no new frame gets in; what is in flight goes on, and so do outages, a drain and the end.</content>
internal sealed partial class PipelineActor
{
    private bool _paused;

    private void OnSetPaused(SetPaused control)
    {
        if (_sourceEnded || _draining)
        {
            Context.Parent.Tell(new ControlAnswered(control.Control, Done: false, $"pipeline '{_settings.Id}' is ending"));
            return;
        }
        if (control.Paused == _paused)
        {
            Context.Parent.Tell(new ControlAnswered(control.Control, Done: true, Text(control.Paused, already: true)));
            return;
        }
        _paused = control.Paused;
        _capture.Tell(new PauseCapture(control.Control, _paused));
        if (!_paused)
        {
            _window.BeginAnew(_parts.Time.Instant());
            // Where its objects are by now only the detector knows.
            _captured = 0;
        }
        Advance();
    }

    /// <summary>Capture has heard of it: every frame from before is here.</summary>
    private void OnCapturePaused(PauseCapture heard)
    {
        Context.System.EventStream.Publish(new PipelinePaused(_parts.Time.Instant(), _settings.Id, heard.Paused));
        Context.Parent.Tell(new ControlAnswered(heard.Control, Done: true, Text(heard.Paused, already: false)));
    }

    private string Text(bool paused, bool already) =>
        $"pipeline '{_settings.Id}' {(paused ? "is paused" : "runs")}{(already ? " already" : paused ? "" : " again")}";
}
