using ActorPipeline.Hosting.Running;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace ActorPipeline.Hosting.Commands;

public sealed class StderrLogSpecs
{
    private readonly StringWriter _errors = new();
    private readonly StderrLog _log;

    public StderrLogSpecs() => _log = new StderrLog(_errors);

    [Fact]
    public void An_actor_is_named_by_the_last_part_of_its_path()
    {
        Say(new Warning("[akka://actor-pipeline/user/actor-pipeline/memory-supervisor#1]", typeof(object), "late"));
        Say(new Warning("akka://actor-pipeline/user/actor-pipeline", typeof(object), "may not fit"));
        Assert.Equal(["warning: memory-supervisor: late", "warning: may not fit"], Lines());
    }

    [Fact]
    public void An_exception_has_one_line_of_its_own()
    {
        _log.Log(LogLevel.Error, default, "it broke", new InvalidOperationException("bad\nthing"), (state, _) => state);
        Assert.Equal(["error: it broke", "    InvalidOperationException: bad thing"], Lines());
    }

    [Fact]
    public void The_same_error_is_said_once()
    {
        _log.Error("no");
        _log.Error("no");
        Assert.Equal(["error: no"], Lines());
    }

    [Fact]
    public void Nothing_is_written_while_a_display_owns_the_terminal()
    {
        using (_log.Hold())
        {
            _log.Warning("later");
            Assert.Empty(Lines());
        }
        Assert.Equal(["warning: later"], Lines());
    }

    private void Say(LogEvent said) => _log.Log(LogLevel.Warning, default, new ActorLogState(said), null, (s, _) => s.Text);

    private string[] Lines() => _errors.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
