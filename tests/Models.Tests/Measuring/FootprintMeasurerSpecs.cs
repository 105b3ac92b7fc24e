using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Inference;
using ActorPipeline.Synthetic;

namespace ActorPipeline.Measuring;

/// <summary>A gauge that sees what a synthetic model is said to take, so that nothing else in the process counts.</summary>
public sealed class FootprintMeasurerSpecs
{
    private readonly SyntheticModelRuntime _runtime = new(TimeProvider.System);

    [Theory]
    [InlineData(ModelKind.PicoDet)]
    [InlineData(ModelKind.Classification)]
    public void Should_tell_load_resident_and_runs_apart_when_it_measures(ModelKind kind)
    {
        var gauge = new ModelGauge(_runtime) { Resident = 20, Fixed = 3 };
        Declare(gauge, perLane: 4);
        var measured = new FootprintMeasurer(_runtime, gauge).Measure(Card(kind), 2, default);

        var record = measured.Record;
        Assert.True(record.Measured);
        Assert.Equal((Bytes.MiB(20), Bytes.MiB(3)), (record.Resident, record.Fixed));
        Assert.Equal(Bytes.MiB(20), record.Load);
        Assert.Equal([1, 2], record.Run.Keys.Order());
        Assert.Equal(Bytes.MiB(4), record.Run[1]);
        Assert.InRange(record.Run[2].Count, Bytes.MiB(4).Count, Bytes.MiB(8).Count);
        Assert.Equal(1, record.Returned);
        Assert.Equal(new FootprintKey("synthetic-m", ExecutionProvider.Cpu, "fp32", 1), measured.Key);
        Assert.Equal((4, 0), (_runtime["m"].Loads, _runtime["m"].Resident));
    }

    [Fact]
    public void Should_say_how_much_came_back_when_a_part_stays()
    {
        var gauge = new ModelGauge(_runtime) { Resident = 20, StaysEachLoad = 5 };
        Declare(gauge, perLane: 0);
        Assert.Equal(0.75, new FootprintMeasurer(_runtime, gauge).Measure(Card(ModelKind.PicoDet), 1, default).Record.Returned!.Value, 3);
    }

    [Fact]
    public void Should_measure_one_lane_alone_when_there_is_one()
    {
        var gauge = new ModelGauge(_runtime) { Resident = 1 };
        Declare(gauge, perLane: 1);
        Assert.Equal([1], new FootprintMeasurer(_runtime, gauge).Measure(Card(ModelKind.PicoDet), 1, default).Record.Run.Keys);
    }

    [Fact]
    public void Should_refuse_when_the_kernel_cannot_tell_peaks()
    {
        Declare(new ModelGauge(_runtime), perLane: 0);
        Assert.Throws<InvalidOperationException>(() => new FootprintMeasurer(_runtime, new ModelGauge(_runtime) { Phases = false }).Measure(Card(ModelKind.PicoDet), 1, default));
    }

    [Fact]
    public void Should_stop_and_unload_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        _runtime.Add(new SyntheticModel(new ModelId("m")) { Detects = call => { if (call.Number == 12) stop.Cancel(); return []; } });
        Assert.Throws<OperationCanceledException>(() => new FootprintMeasurer(_runtime, new ModelGauge(_runtime)).Measure(Card(ModelKind.PicoDet), 1, stop.Token));
        Assert.Equal(0, _runtime["m"].Resident);
    }

    private void Declare(ModelGauge gauge, int perLane) => _runtime.Add(new SyntheticModel(new ModelId("m"))
    {
        Detects = _ => { gauge.InRun(perLane); return []; },
        Classifies = _ => { gauge.InRun(perLane); return [new Vision.Classification(0, 1)]; },
    });

    private static ModelCard Card(ModelKind kind) => new() { Id = new ModelId("m"), Path = "", Kind = kind };

    /// <summary>Counts in MiB.</summary>
    private sealed class ModelGauge(SyntheticModelRuntime runtime) : IMemoryGauge
    {
        private readonly Lock _gate = new();
        private int _running;
        private int _phase;

        public int Resident { get; init; }

        public int Fixed { get; init; }

        public int StaysEachLoad { get; init; }

        public bool Phases { get; init; } = true;

        private int Now
        {
            get
            {
                var counters = runtime["m"];
                var gone = counters.Loads - counters.Resident;
                return 100 + (counters.Loads > 0 ? Fixed : 0) + ((int)counters.Resident * Resident) + ((int)gone * StaysEachLoad) + _running;
            }
        }

        public void InRun(int more)
        {
            lock (_gate)
            {
                _running += more;
                _phase = Math.Max(_phase, Now);
            }
            lock (_gate) _running -= more;
        }

        public MemoryReading Read()
        {
            lock (_gate)
            {
                _phase = Math.Max(_phase, Now);
                return new MemoryReading(Bytes.MiB(Now + 10), Bytes.MiB(5), Bytes.MiB(10), Bytes.MiB(1000)) { PhasePeak = Bytes.MiB(_phase + 15) };
            }
        }

        public bool BeginPhase()
        {
            lock (_gate) _phase = Now;
            return Phases;
        }
    }
}
