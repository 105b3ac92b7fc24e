using ActorPipeline.Catalog;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <content>The start: pipelines open, buffers are charged, engines are built, models are probed, and then frames flow; or it is refused.</content>
public sealed partial class ActorPipelineRoot
{
    private void OnPipelineRefused(PipelineRefused refused)
    {
        if (!_refused.Add(refused.Pipeline)) return;
        _refusals.Add($"pipeline '{refused.Pipeline}': {refused.Reason}");
        AfterAnswer(_settings.Pipelines.Count, AfterPrepared);
    }

    /// <summary>A pipeline that refused says so before it stops; one that died said nothing.</summary>
    private void OnStoppedWhilePreparing(GroupActor.ChildStopped stopped)
    {
        var id = new PipelineId(stopped.Name);
        if (Sender.Equals(_tree!.Pipelines) && !_prepared.ContainsKey(id)) OnPipelineRefused(new PipelineRefused(id, "stopped while opening"));
        else OnPipelineLostBeforeStart(stopped);
    }

    private void OnPipelineLostBeforeStart(GroupActor.ChildStopped stopped)
    {
        if (!Sender.Equals(_tree!.Pipelines) || !_prepared.ContainsKey(new PipelineId(stopped.Name))) return;
        _refusals.Add($"pipeline '{stopped.Name}' stopped before the start");
        Refuse();
    }

    /// <summary>Models are probed one at a time: the one whose actor died is the one that was asked.</summary>
    private void OnStoppedWhileProbing(GroupActor.ChildStopped stopped)
    {
        var id = new ModelId(stopped.Name);
        if (!Sender.Equals(_tree!.Models) || id != _probing.Model)
        {
            OnPipelineLostBeforeStart(stopped);
            return;
        }
        _refusals.Add($"model '{id}' stopped while it was probed");
        if (!stopped.ComesBack)
        {
            // Nobody is left to load its other forms.
            (ModelId Model, string Variant)[] others = [.. _toProbe.Where(p => p.Model != id)];
            _toProbe.Clear();
            foreach (var other in others) _toProbe.Enqueue(other);
        }
        ProbeNext();
    }

    private void AfterAnswer(int expected, Action next)
    {
        if (++_answers < expected) return;
        _answers = 0;
        if (_refusals.Count > 0) Refuse();
        else next();
    }

    /// <summary>Sources and sinks are open and one frame is decoded: from here on, what the process grows by is ours.</summary>
    private void AfterPrepared() => _tree!.Monitor.Tell(new TakeBase());

    /// <summary>Buffers of pipelines, of the desk, and of what is compared.</summary>
    private Bytes Pools => _prepared.Values.Select(p => p.Pools[MemoryPool.Host]).Concat(_trials.Values.Select(t => t.Copies)).Aggregate(Desk.Total, (sum, bytes) => sum + bytes);

    private void ChargePools()
    {
        PlanBatches();
        var verdict = BudgetCheck.Of(_settings.Memory.Budget, Pools, _lanes, _models.Values, device: _settings.Memory.DeviceBudget);
        foreach (var warning in verdict.Warnings) _log.Warning("{Warning}", warning);
        _refusals.AddRange(verdict.Errors);
        if (_refusals.Count > 0)
        {
            Refuse();
            return;
        }
        Become(Charging);
        foreach (var prepared in _prepared.Values) _tree!.Supervisor.Tell(new ChargePool(prepared.Pipeline.Value, prepared.Pools));
        if (Desk.Total > Bytes.Zero) _tree!.Supervisor.Tell(new ChargePool(DeskAccount, PoolVector.OfHost(Desk.Total)));
        if (Charges == 0) Build();
    }

    private void Probe()
    {
        Become(Probing);
        ChargeProviders();
        foreach (var (id, model) in _models) _footprints.Add(id, model.Variants.Select(v => FirstNeed(id, v)));
        PlanWeights();
        foreach (var (id, model) in _models)
        {
            _made.Add(id);
            _tree!.AddModel(model with { Variants = [.. model.Variants.Select(v => v with { Card = _fallbacks.GetValueOrDefault((id, v.Name), v.Card) })] }, _footprints[id]);
            // One that can never be granted is not asked for: its model would be given up.
            foreach (var variant in model.Variants.Where(v => BudgetCheck.CanFit(_settings.Memory.Budget, Pools, _lanes, v))) _toProbe.Enqueue((id, variant.Name));
        }
        ProbeNext();
    }

    private void ProbeNext()
    {
        if (_toProbe.TryDequeue(out var next))
        {
            _probing = next;
            _tree!.Tell(next.Model, new ProbeModel(next.Model) { Variant = next.Variant });
            return;
        }
        foreach (var pipeline in _settings.Pipelines) CheckNames(pipeline);
        // Native libraries are loaded and code is compiled by now, and neither comes back on unload.
        if (_refusals.Count > 0) Refuse();
        else _tree!.Monitor.Tell(new MeasureFixed());
    }

    /// <summary>Fixed cost is charged as it was measured; a model that does not fit beside it never will.</summary>
    private void OnFixedMeasured(Bytes fixedCost)
    {
        (_fixed, _knowsFixed) = (fixedCost, true);
        _tree!.Supervisor.Tell(new ChargeFixed(CpuAccount, PoolVector.OfHost(fixedCost)));
        ChargeProviders();
        FitEstimates();
        PlanWeights();
        _refusals.AddRange(BudgetCheck.Of(_settings.Memory.Budget, Pools, _lanes, _models.Values, fixedCost, _settings.Memory.DeviceBudget).Errors);
        if (_refusals.Count > 0) Refuse();
        else StartPipelines(fixedCost);
    }

    /// <summary>There is less room than was thought.</summary>
    private void FitEstimates()
    {
        PlanBatchesAnew();
        foreach (var (id, variant, footprint) in _footprints.All.ToArray()) Use(id, variant, WithinRooms(footprint));
    }

    private void CheckNames(PipelineSettings pipeline)
    {
        if (!_probes.TryGetValue(pipeline.Detect, out var report)) return;
        foreach (var name in pipeline.Only.Where(name => report.Labels.IndexOf(name) < 0))
            _refusals.Add($"pipeline '{pipeline.Id}': only names '{name}', which is no class of '{pipeline.Detect}'");
        foreach (var name in pipeline.Uses.Values.SelectMany(use => use.Classes).Where(name => report.Labels.IndexOf(name) < 0).Distinct())
            _refusals.Add($"pipeline '{pipeline.Id}': classify names the class '{name}', which is no class of '{pipeline.Detect}'");
    }

    private void StartPipelines(Bytes fixedCost)
    {
        Become(Running);
        Context.System.EventStream.Publish(new RunStarted(_parts.Time.Instant(), _probes, fixedCost) { Loads = _reports.Count });
        _tree!.Share(SharedModels.Of(_models, _probes));
        foreach (var pipeline in _settings.Pipelines)
            _tree.Tell(pipeline.Id, new StartPipeline(Labels(pipeline.Detect), [.. pipeline.Classify.Select(Labels)]));
    }

    private LabelList Labels(ModelId id) =>
        _probes.TryGetValue(id, out var report) ? report.Labels
        : _probes.Values.SelectMany(r => r.Heads).FirstOrDefault(head => head.Model == id)?.Labels ?? LabelList.None;

    /// <summary>Nothing begins: what was opened is closed and what was loaded is unloaded, and then the reasons are said.</summary>
    private void Refuse()
    {
        if (_refusing) return;
        _refusing = true;
        foreach (var reason in _refusals) _log.Error("{Reason}", reason);
        StopBuilding();
        _tree?.TellPipelines(new DrainPipeline(TimeSpan.Zero));
        Unload();
    }
}
