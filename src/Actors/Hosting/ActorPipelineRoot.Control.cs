using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Hosting.HostingProtocol;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Replacing.ReplacementProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <content>Asked while it runs, by people: what is changed, what is refused, and what others know.</content>
public sealed partial class ActorPipelineRoot
{
    private readonly OpenControls _controls = new();
    /// <summary>Models that were pinned, or are pinned no more, against what their cards say.</summary>
    private readonly Dictionary<ModelId, bool> _pins = [];

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
        Receive<ReplacementJudged>(_ => { });
        Receive<TrialLost>(_ => { });
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
            case PinModel(var model, var pinned): OnPin(model, pinned); break;
            case PreloadModel(var model): HandOn(model, number => new WantModel(number)); break;
            case EvictModel(var model): HandOn(model, number => new LeaveMemory(number)); break;
            case ReplaceModel(var card): OnReplaceModel(card); break;
            case SetBudget(var budget): OnSetBudget(budget); break;
            default: Decline(Sender, $"{control.GetType().Name} is not known here"); break;
        }
    }

    private void SetPaused(PipelineId id, bool paused)
    {
        if (_settings.Pipelines.All(p => p.Id != id)) Decline(Sender, $"there is no pipeline '{id}'");
        else if (_ended.Any(e => e.Pipeline == id)) Decline(Sender, $"pipeline '{id}' has ended");
        else _tree!.Tell(id, new PipelineProtocol.SetPaused(_controls.Open(id, Sender), paused));
    }

    private void OnPin(ModelId id, bool pinned)
    {
        if (ModelFault(id) is { } fault)
        {
            Decline(Sender, fault);
            return;
        }
        if (IsPinned(id) == pinned)
        {
            Done(Sender, $"model '{id}' is {(pinned ? "pinned" : "not pinned")} already");
            return;
        }
        if (pinned && PinCheck.Fault(Rooms, _lanes, _footprints.Needs, PinnedWith(id)) is { } crowd)
        {
            Decline(Sender, $"model '{id}' cannot be pinned: {crowd}");
            return;
        }
        _pins[id] = pinned;
        _tree!.Tell(id, new SetPinned(pinned));
        Context.System.EventStream.Publish(new ModelPinned(_parts.Time.Instant(), id, pinned));
        Done(Sender, pinned ? $"model '{id}' is pinned: once in memory it stays" : $"model '{id}' is pinned no more: it yields as others do");
    }

    private bool IsPinned(ModelId id) => _pins.GetValueOrDefault(id, _models[id].Card.Pin);

    private HashSet<ModelId> PinnedWith(params ModelId[] more) => [.. _models.Keys.Where(IsPinned), .. more];

    private void HandOn(ModelId id, Func<long, object> message)
    {
        if (ModelFault(id) is { } fault) Decline(Sender, fault);
        else _tree!.Tell(id, message(_controls.Open(id, Sender)));
    }

    /// <summary>Why nothing can be asked of a model; null where it can.</summary>
    private string? ModelFault(ModelId id) =>
        _givenUp.Contains(id) ? $"model '{id}' stopped too often"
        : _models.ContainsKey(id) ? null
        : _models.Values.FirstOrDefault(m => m.Card.Merged.Any(part => part.Id == id)) is { } whole ? $"model '{id}' is served as a part of '{whole.Id}': name that"
        : $"there is no model '{id}'";

    private void OnSetBudget(Bytes budget)
    {
        var before = _settings.Memory.Budget;
        if (budget == before)
        {
            Done(Sender, $"the budget is {budget} already");
            return;
        }
        if (BudgetFault(budget) is { } fault)
        {
            Decline(Sender, fault);
            return;
        }
        _settings = _settings with { Memory = _settings.Memory with { Budget = budget } };
        // What was only estimated was cut to the room that there was: models ask for what fits from now on.
        if (budget < before) FitEstimates();
        _tree!.SetBudget(budget);
        Context.System.EventStream.Publish(new BudgetSet(_parts.Time.Instant(), budget));
        Done(Sender, $"the budget is {budget} from now on; it was {before}");
    }

    /// <summary>What a start with this budget would be refused for; null where it would not.</summary>
    private string? BudgetFault(Bytes budget)
    {
        if (budget < MemorySettings.LeastBudget || budget > MemorySettings.MostBudget)
            return $"the budget must be from {MemorySettings.LeastBudget} to {MemorySettings.MostBudget}, and not {budget}";
        var (models, device) = (AsLearnt(), _settings.Memory.DeviceBudget);
        var verdict = BudgetCheck.Of(budget, Pools, _lanes, models, _fixed, device);
        foreach (var warning in verdict.Warnings) _log.Warning("{Warning}", warning);
        if (verdict.Errors.Count > 0) return $"the budget must be at least {BudgetCheck.Least(Pools, _lanes, models, _fixed, device)}: {string.Join("; ", verdict.Errors)}";
        if (budget >= _settings.Memory.Budget) return null;
        var room = PoolVector.Max(PoolVector.Zero, Rooms - PoolVector.OfHost(_settings.Memory.Budget - budget));
        return PinCheck.Fault(room, _lanes, _footprints.Needs, PinnedWith()) is { } crowd ? $"the budget cannot be {budget}: {crowd}" : null;
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
