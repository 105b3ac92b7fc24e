using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Replacing;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using ActorPipeline.Workers;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Replacing.ReplacementProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <content>A model gets another file while it runs: the new one is served under a name of its own until it is known to be as good, and then takes the old one's place.</content>
public sealed partial class ActorPipelineRoot
{
    /// <summary>The actor that tries a candidate stopped without a word.</summary>
    private sealed record TrialLost(ModelId Candidate) : IDeadLetterSuppression;

    /// <param name="Card">The model, with its new file.</param>
    /// <param name="Candidate">The same under a name of its own.</param>
    /// <param name="Copies">Room for what both are run on.</param>
    /// <param name="Actor">Who tries it.</param>
    private sealed record Trial(ModelCard Card, InspectedModel Candidate, Bytes Copies, IActorRef Actor);

    /// <summary>Crops that both files are run on at once.</summary>
    private const int CropsOfASample = 4;

    /// <summary>By the model that is to be replaced.</summary>
    private readonly Dictionary<ModelId, Trial> _trials = [];
    private readonly HashSet<ModelId> _replaced = [];
    /// <summary>Candidates whose trial is over, until they hold nothing.</summary>
    private readonly Dictionary<ModelId, InspectedModel> _candidatesToDrop = [];
    private long _candidates;

    private void Replacing()
    {
        Receive<CandidateLoaded>(loaded => Know((loaded.Candidate, loaded.Report.Variant), loaded.Report));
        Receive<ReplacementJudged>(judged => OnJudged(judged.Candidate, judged.Verdict));
        Receive<TrialLost>(lost => OnJudged(lost.Candidate, ReplacementVerdict.Refused("who tried it stopped")));
        Receive<ModelUnloaded>(unloaded => DropCandidate(unloaded.Model));
    }

    private void OnReplaceModel(ModelCard card)
    {
        var id = card.Id;
        if (ModelFault(id) is { } fault)
        {
            Decline(Sender, fault);
            return;
        }
        CallOffTrial(id, "another was named");
        var served = _models[id];
        if (card.Path == served.Card.Path)
        {
            Done(Sender, $"model '{id}' stays with '{card.Path}'");
            return;
        }
        List<string> faults = [];
        var candidate = Candidate(card, ++_candidates, faults);
        if (candidate is not null) faults.AddRange(FaultsOf(served, candidate));
        if (faults.Count > 0)
        {
            Decline(Sender, $"model '{id}' stays with '{served.Card.Path}': {string.Join("; ", faults)}");
            return;
        }
        Try(card, candidate!);
        Done(Sender, $"model '{id}' is tried with '{card.Path}' beside '{served.Card.Path}', and gets it if it is as good");
    }

    /// <summary>
    /// A model's new file under a name of its own. Its form has the number too, and keeps it once it serves: what is still told of the old file's form
    /// is not taken for the new one's.
    /// </summary>
    private InspectedModel? Candidate(ModelCard card, long number, List<string> faults)
    {
        var named = card with { Id = new ModelId($"{card.Id}~{number}"), Pin = false };
        if (InspectedModel.Of(named, _parts.Runtime, _parts.Footprints, _lanes, faults) is not { } found) return null;
        return found with { Variants = [.. found.Variants.Select(v => v with { Name = $"{v.Name}~{number}", Card = v.Card with { Variant = $"{v.Name}~{number}" } })] };
    }

    /// <summary>Why a file cannot serve in the place of another, as far as can be seen without loading it.</summary>
    private IEnumerable<string> FaultsOf(InspectedModel served, InspectedModel candidate)
    {
        var (before, after) = (served.Card, candidate.Card);
        if (served.Card.Merged.Count > 0) yield return "it is one of several merged ones, which takes a restart";
        if (served.HasChoice || candidate.HasChoice) yield return "it has variants, which takes a restart";
        if (after.IsDetector != before.IsDetector || after.LabelsEach != before.LabelsEach || after.Input.Resize != before.Input.Resize)
            yield return "its kind, the number of its labels or how crops are made for it is another, which takes a restart";
        if (!after.Providers.SequenceEqual(before.Providers)) yield return "its providers are others, which takes a restart";
        if (!_probes.ContainsKey(served.Id)) yield return "it never fitted, and so there is nothing to compare with";
        if (SampleBytes(served) == 0) yield return "no pipeline runs it, and so there is nothing to compare on";
        // Room for copies is taken from all.
        foreach (var error in BudgetCheck.Of(_settings.Memory.Budget, Pools + new Bytes(SampleBytes(served)), _lanes, [.. AsLearnt(), candidate], _fixed, _settings.Memory.DeviceBudget).Errors) yield return error;
        if (PinFault(candidate) is { } crowd) yield return crowd;
    }

    private string? PinFault(InspectedModel candidate)
    {
        var needs = new Dictionary<ModelId, IReadOnlyList<LeaseVariant>>(_footprints.Needs)
        {
            [candidate.Id] = [.. candidate.Variants.Select(v => new LeaseVariant(v.Name, FirstNeed(candidate.Id, v).Footprint))],
        };
        return PinCheck.Fault(Rooms, _lanes, needs, PinnedWith());
    }

    /// <summary>Room for one frame, or for some crops; zero where no pipeline runs it.</summary>
    private int SampleBytes(InspectedModel model)
    {
        var (input, users) = (model.Preferred.Inspection, UsersOf(model.Id).ToArray());
        return users.Length == 0 ? 0
            : model.Card.IsDetector ? users.Max(p => _prepared[p.Id].Source.FrameBytes)
            : CropsOfASample * ImageView.PackedBytes(input.InputWidth, input.InputHeight);
    }

    /// <summary>Pipelines that run a model and have not ended.</summary>
    private IEnumerable<PipelineSettings> UsersOf(ModelId id) => _settings.Pipelines.Where(p => (p.Detect == id || p.Classify.Contains(id)) && _ended.All(e => e.Pipeline != p.Id));

    private void Try(ModelCard card, InspectedModel candidate)
    {
        var (id, name, copies, tree) = (card.Id, candidate.Id, SampleBytes(_models[card.Id]), _tree!);
        _trials.Add(id, new Trial(card, candidate, new Bytes(copies), ActorRefs.Nobody));
        FitEstimates();
        _footprints.Add(name, candidate.Variants.Select(v => FirstNeed(name, v)));
        _made.Add(name);
        tree.AddModel(candidate, _footprints[name]);
        var replacement = new Replacement(id, candidate.Card, _probes[id], copies, _settings.Replacing)
        {
            Board = tree.Board, Supervisor = tree.Supervisor, Time = _parts.Time, Builders = [.. Builders(candidate, tree.Supervisor)], Tell = (message, from) => tree.Models.Tell(new GroupActor.To(name.Value, message), from),
        };
        var actor = Context.WatchWith(Context.ActorOf(Props.Create(() => new ReplacementActor(replacement)), $"replacement-{name}"), new TrialLost(name));
        _trials[id] = _trials[id] with { Actor = actor };
        Context.System.EventStream.Publish(new ReplacementBegan(_parts.Time.Instant(), card, name));
    }

    private IEnumerable<Func<IActorRef, Props>> Builders(InspectedModel candidate, IActorRef supervisor)
    {
        if (_parts.Worker is not { } worker) yield break;
        foreach (var variant in candidate.Variants.Where(v => v.Inspection.Build > Bytes.Zero))
        {
            var job = new WorkerJob.Build(variant.Card) { Engines = _settings.Engines, Library = _settings.OnnxRuntime.Library };
            var need = WorkerNeed.OfBuild(variant.Inspection, Rooms[MemoryPool.Host]);
            yield return replyTo => WorkerActor.For(job, need, worker, supervisor, replyTo);
        }
    }

    private void OnJudged(ModelId candidate, ReplacementVerdict verdict)
    {
        var (id, trial) = _trials.FirstOrDefault(t => t.Value.Candidate.Id == candidate);
        if (trial is null) return;
        if (verdict.Accepted) Adopt(id, trial);
        EndTrial(id, verdict);
    }

    /// <summary>What was learnt of the candidate under its own name is the model's from now on. Whether it is pinned is another matter.</summary>
    private void Adopt(ModelId id, Trial trial)
    {
        var (name, before) = (trial.Candidate.Id, _models[id]);
        var after = new InspectedModel(trial.Card with { Pin = before.Card.Pin }, [.. trial.Candidate.Variants.Select(v => v with { Card = v.Card with { Id = id } })]);
        _surveyed = new Dictionary<ModelId, InspectedModel>(_surveyed) { [id] = after };
        _models = new Dictionary<ModelId, InspectedModel>(_models) { [id] = after };
        _settings = _settings with { Models = new Dictionary<ModelId, ModelCard>(_settings.Models) { [id] = after.Card } };
        foreach (var variant in before.Variants) Forget(id, variant);
        foreach (var variant in after.Variants)
        {
            if (_reports.TryGetValue((name, variant.Name), out var known)) _reports[(id, variant.Name)] = _probes[id] = known;
            if (_records.TryGetValue((name, variant.Name), out var record)) _records[(id, variant.Name)] = record;
        }
        _footprints.Copy(name, id);
        _replaced.Add(id);
        PlanWeights();
        _tree!.UseModel(after, _footprints[id]);
        _tree.Share(SharedModels.Of(_models, _probes));
    }

    private void CallOffTrials(string why)
    {
        foreach (var id in _trials.Keys.ToArray()) CallOffTrial(id, why);
    }

    /// <summary>A pipeline has ended: what no other runs has nothing to be compared on any more.</summary>
    private void CallOffUnused()
    {
        foreach (var id in _trials.Keys.Where(id => !UsersOf(id).Any()).ToArray()) CallOffTrial(id, "no pipeline runs it any more");
    }

    private void CallOffTrial(ModelId id, string why)
    {
        if (_trials.ContainsKey(id)) EndTrial(id, ReplacementVerdict.Refused(why));
    }

    private void EndTrial(ModelId id, ReplacementVerdict verdict)
    {
        if (!_trials.Remove(id, out var trial)) return;
        Context.Unwatch(trial.Actor);
        trial.Actor.Tell(CallOff.Instance);
        var (name, card) = (trial.Candidate.Id, _models[id].Card);
        if (verdict.Accepted) _log.Info("{Model} is served from {Path} from now on: {Text}", id, card.Path, verdict.Text);
        else _log.Warning("{Model} stays with {Path}, and does not get {New}: {Text}", id, card.Path, trial.Card.Path, verdict.Text);
        Context.System.EventStream.Publish(new ReplacementEnded(_parts.Time.Instant(), card, name, verdict.Accepted, verdict.Text));
        _candidatesToDrop.Add(name, trial.Candidate);
        if (_givenUp.Contains(name)) DropCandidate(name);
        else _tree!.Tell(name, new UnloadModel(name));
        // The room for copies is there for others again.
        FitEstimates();
    }

    /// <summary>A candidate's actor stopped: its trial is over; one that is to be dropped has to hear of that again when it comes back.</summary>
    /// <returns>Whether it was one.</returns>
    private bool OnCandidateStopped(ModelId name, bool comesBack)
    {
        if (_trials.Values.FirstOrDefault(t => t.Candidate.Id == name) is { } trial) CallOffTrial(trial.Card.Id, "its actor stopped");
        else if (!_candidatesToDrop.ContainsKey(name)) return false;
        _tree!.Supervisor.Tell(new MemoryProtocol.ModelGone(name));
        if (comesBack) _tree.Tell(name, new UnloadModel(name));
        else DropCandidate(name);
        return true;
    }

    private void DropCandidate(ModelId name)
    {
        if (!_candidatesToDrop.Remove(name, out var candidate)) return;
        foreach (var variant in candidate.Variants) Forget(name, variant);
        _made.Remove(name);
        _givenUp.Remove(name);
        _footprints.Remove(name);
        _tree!.DropModel(name);
    }

    private void Forget(ModelId id, InspectedVariant variant)
    {
        _reports.Remove((id, variant.Name));
        _records.Remove((id, variant.Name));
        _seenInProbe.Remove((id, variant.Name));
    }

    /// <summary>A model that is served, or one that is tried; null for any other.</summary>
    private InspectedModel? Served(ModelId id) =>
        _models.TryGetValue(id, out var model) ? model : _trials.Values.FirstOrDefault(t => t.Candidate.Id == id)?.Candidate;
}
