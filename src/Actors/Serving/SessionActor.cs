using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Inference;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>
/// Owns one loaded model for as long as its lease lives. Loads and unloads on the load dispatcher's one thread, so that there is
/// one load, build or unload at a time.
/// </summary>
internal sealed class SessionActor : ReceiveActor
{
    private sealed record Begin : IDeadLetterSuppression
    {
        public static readonly Begin Instance = new();
    }

    private readonly IModelRuntime _runtime;
    private readonly ModelCard _card;
    private readonly TimeSpan _waitForRuns;
    private readonly Action _reportStuck;
    private readonly SessionMeter _meter;
    private readonly CancellationToken _cancellation;
    private ILoadedModel? _session;

    /// <param name="runtime">Loads the model.</param>
    /// <param name="card">The model.</param>
    /// <param name="waitForRuns">How long an unload waits for runs; there are some only where the model's actor died.</param>
    /// <param name="reportStuck">Called where a run never came out: the lease stays charged.</param>
    /// <param name="gauge">Reads the process's memory.</param>
    /// <param name="cancellation">Asks the load to stop.</param>
    public SessionActor(IModelRuntime runtime, ModelCard card, TimeSpan waitForRuns, Action reportStuck, IMemoryGauge gauge, CancellationToken cancellation)
    {
        (_runtime, _card, _waitForRuns, _reportStuck, _cancellation) = (runtime, card, waitForRuns, reportStuck, cancellation);
        _meter = new SessionMeter(gauge);
        Receive<Begin>(_ => OnBegin());
    }

    protected override void PreStart() => Self.Tell(Begin.Instance);

    protected override void PostStop()
    {
        if (_session is not { } session) return;
        // After ModelDrained there are none; after the model's own death, lanes may still be inside. What never comes out is freed by no one.
        if (!SpinWait.SpinUntil(() => session.ActiveRuns == 0, _waitForRuns)) _reportStuck();
        var runPeak = _meter.RunPeak();
        session.Dispose();
        // glibc keeps freed blocks; without this an unload gives nothing back to the system.
        NativeHeap.Trim();
        Context.Parent.Tell(new SessionUnloaded(_meter.EndUnload(runPeak)));
    }

    private void OnBegin()
    {
        _meter.BeginLoad();
        switch (LoadOutcome.Of(_runtime, _card, _cancellation))
        {
            case LoadOutcome.Loaded(var session):
                _session = session;
                Context.Parent.Tell(new SessionLoaded(session, _meter.EndLoad()));
                break;
            case LoadOutcome.Failed(var failure, var reason):
                NativeHeap.Trim();
                Context.Parent.Tell(new LoadFailed(failure, reason));
                Context.Stop(Self);
                break;
        }
    }
}
