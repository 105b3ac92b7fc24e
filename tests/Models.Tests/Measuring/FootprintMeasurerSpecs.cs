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

    [Fact]
    public void Should_measure_batches_when_the_batch_is_free()
    {
        var gauge = new ModelGauge(_runtime) { Resident = 20 };
        Declare(gauge, perLane: 4, batch: 64);
        var measured = new FootprintMeasurer(_runtime, gauge).Measure(Card(ModelKind.Classification), 2, default);
        var table = measured.Record.Batches!;
        Assert.Equal([1, 2, 4, 8], table.Costs.Keys.Order());
        Assert.All(table.Costs.Values, cost => Assert.Equal([1, 2], cost.Run.Keys.Order()));
        Assert.Equal(measured.Record.Run, table.Costs[1].Run);
        Assert.Equal(table.Choose(8).Batch, measured.Batching.Batch);
        Assert.Equal(0, _runtime["m"].Resident);
    }

    [Theory]
    [InlineData(2, 64, 2)]
    [InlineData(16, 64, 16)]
    [InlineData(null, 4, 4)]
    public void Should_measure_no_larger_batch_than_the_card_and_the_model_take(int? card, int model, int largest)
    {
        var gauge = new ModelGauge(_runtime);
        Declare(gauge, perLane: 0, batch: model);
        var measured = new FootprintMeasurer(_runtime, gauge).Measure(Card(ModelKind.Classification) with { MaxBatch = card }, 1, default);
        Assert.Equal(largest, measured.Record.Batches!.Costs.Keys.Max());
    }

    [Fact]
    public void Should_measure_none_and_say_why_when_the_batch_is_fixed_or_off()
    {
        var gauge = new ModelGauge(_runtime);
        Declare(gauge, perLane: 0);
        Assert.Equal("1: it is a detector", Batching(Card(ModelKind.PicoDet)));
        Assert.Equal("1: the model's batch is fixed", Batching(Card(ModelKind.Classification)));
        Declare(gauge, perLane: 0, batch: 64);
        Assert.Equal("1: its card allows no more", Batching(Card(ModelKind.Classification) with { MaxBatch = 1 }));

        string Batching(ModelCard card)
        {
            var measured = new FootprintMeasurer(_runtime, gauge).Measure(card, 1, default);
            Assert.Null(measured.Record.Batches);
            return measured.Batching.Why;
        }
    }

    [Fact]
    public void Should_not_try_a_batch_when_there_may_be_no_room_for_it()
    {
        var gauge = new ModelGauge(_runtime) { Resident = 20 };
        Declare(gauge, perLane: 4, batch: 64);
        var measured = new FootprintMeasurer(_runtime, gauge) { Room = Bytes.MiB(27) }.Measure(Card(ModelKind.Classification), 1, default);
        Assert.Equal([1], measured.Record.Batches!.Costs.Keys);
        Assert.Contains("2 at once may need 8.0 MiB while they run, and there are 7.0 MiB: not tried", measured.Batching.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_leave_a_batch_out_when_its_crops_get_other_labels_than_one_by_one()
    {
        var gauge = new ModelGauge(_runtime);
        var last = 0L;
        _runtime.Add(new SyntheticModel(new ModelId("m"))
        {
            Batch = 64,
            // A second crop in the same run is named otherwise.
            Classifies = call => [new Vision.Classification(0, Interlocked.Exchange(ref last, call.Number) == call.Number ? 0.5f : 1)],
        });
        var measured = new FootprintMeasurer(_runtime, gauge).Measure(Card(ModelKind.Classification), 1, default);
        Assert.Equal([1], measured.Record.Batches!.Costs.Keys);
        Assert.Contains("2 at once get other labels than one by one", measured.Batching.Why, StringComparison.Ordinal);
    }

    private void Declare(ModelGauge gauge, int perLane, int batch = 1) => _runtime.Add(new SyntheticModel(new ModelId("m"))
    {
        Batch = batch,
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
