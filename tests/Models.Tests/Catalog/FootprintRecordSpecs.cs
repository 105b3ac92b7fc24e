namespace ActorPipeline.Catalog;

public sealed class FootprintRecordSpecs
{
    private static readonly FootprintRecord PicoDet = new()
    {
        Measured = true, Load = Bytes.MiB(17), Resident = Bytes.MiB(8), Run = new Dictionary<int, Bytes> { [1] = Bytes.MiB(22), [2] = Bytes.MiB(33) },
    };

    [Theory]
    [InlineData(1, 22)]
    [InlineData(2, 33)]
    public void Should_cover_the_peak_of_so_many_lanes_when_it_was_measured_with_them(int lanes, int peak)
    {
        var footprint = PicoDet.ToFootprint(lanes);
        Assert.Equal((FootprintSource.Measured, Bytes.MiB(8 + peak)), (footprint.Source, footprint.ResidentLease(lanes)[MemoryPool.Host]));
    }

    [Fact]
    public void Should_take_the_largest_share_of_a_lane_when_it_was_never_measured_with_so_many() =>
        Assert.Equal(Bytes.MiB(8 + (4 * 22)), PicoDet.ToFootprint(4).ResidentLease(4)[MemoryPool.Host]);

    [Fact]
    public void Should_round_up_when_a_peak_does_not_divide_by_the_lanes() =>
        Assert.Equal(new Bytes(4), new FootprintRecord { Run = new Dictionary<int, Bytes> { [3] = new(10) } }.ToFootprint(3).Run[MemoryPool.Host]);

    [Fact]
    public void Should_count_with_the_largest_when_little_was_observed()
    {
        var record = PicoDet.Observe(new FootprintObservation { Load = Bytes.MiB(19), Resident = Bytes.MiB(7), Run = Bytes.MiB(35), Lanes = 2 });
        Assert.Equal((Bytes.MiB(19), Bytes.MiB(8), Bytes.MiB(35)), (record.LoadPeak, record.ResidentLevel, record.RunPeakOf(2)));
        Assert.Equal(Bytes.MiB(22), record.RunPeakOf(1));
    }

    [Fact]
    public void Should_forget_an_outlier_when_many_loads_were_smaller()
    {
        var record = PicoDet.Observe(new FootprintObservation { Load = Bytes.MiB(500) });
        Assert.Equal(Bytes.MiB(500), record.LoadPeak);
        for (var i = 0; i < 20; i++) record = record.Observe(new FootprintObservation { Load = Bytes.MiB(16) });
        Assert.Equal(Bytes.MiB(17), record.LoadPeak);
    }

    [Fact]
    public void Should_keep_the_last_observations_when_there_are_too_many()
    {
        var record = new FootprintRecord();
        for (var i = 1; i <= 100; i++) record = record.Observe(new FootprintObservation { Load = new Bytes(i), Resident = new Bytes(i), Run = new Bytes(i) });
        Assert.Equal(Enumerable.Range(37, 64).Select(i => new Bytes(i)), record.ObservedLoads);
        Assert.Equal((64, 64), (record.ObservedResidents.Count, record.ObservedRuns.Count));
        Assert.Equal(new Bytes(97), record.LoadPeak);
    }

    [Fact]
    public void Should_leave_gaps_to_the_estimate_and_stay_one_when_only_a_load_was_seen()
    {
        var estimate = new Footprint(PoolVector.OfHost(Bytes.MiB(50)), PoolVector.OfHost(Bytes.MiB(30)), PoolVector.OfHost(Bytes.MiB(16)), FootprintSource.Estimated);
        var record = new FootprintRecord().Observe(new FootprintObservation { Load = Bytes.MiB(20), Resident = Bytes.MiB(9) });
        var footprint = record.ToFootprint(2, estimate);
        Assert.Equal(FootprintSource.Estimated, footprint.Source);
        Assert.Equal((Bytes.MiB(20), Bytes.MiB(9), Bytes.MiB(16)), (footprint.Load.Total, footprint.Resident.Total, footprint.Run.Total));
        Assert.Equal(FootprintSource.Measured, record.Observe(new FootprintObservation { Run = Bytes.MiB(4) }).ToFootprint(2, estimate).Source);
    }

    [Fact]
    public void Should_cover_the_peak_of_a_batch_on_each_lane_when_it_was_measured()
    {
        var record = PicoDet with { Batches = BatchTableSpecs.Table("4 3 2 1") };
        var footprint = record.ToFootprint(2, batch: 4);
        Assert.Equal((4, FootprintSource.Measured, Bytes.MiB(8 + 60)), (footprint.Batch, footprint.Source, footprint.ResidentLease(2)[MemoryPool.Host]));
        Assert.Equal(Bytes.MiB(8 + 120), record.ToFootprint(3, batch: 4).ResidentLease(3)[MemoryPool.Host]);
        Assert.Equal((1, Bytes.MiB(8 + 33)), (record.ToFootprint(2).Batch, record.ToFootprint(2).ResidentLease(2)[MemoryPool.Host]));
    }

    [Fact]
    public void Should_tell_runs_on_batches_from_runs_on_one_when_it_observes()
    {
        var record = PicoDet with { Batches = BatchTableSpecs.Table("4 3 2 1") };
        record = record.Observe(new FootprintObservation { Run = Bytes.MiB(70), Lanes = 2, Batch = 4 });
        Assert.Equal((Bytes.MiB(33), Bytes.MiB(30), Bytes.MiB(70)), (record.RunPeakOf(2), record.RunPeakOf(2, 2), record.RunPeakOf(2, 4)));
        Assert.Null(record.RunPeakOf(2, 16));
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(4, 16)]
    [InlineData(8, 8)]
    public void Should_take_as_often_what_is_said_of_a_run_when_nothing_is_known_of_a_batch(int covers, int run)
    {
        var estimate = new Footprint(PoolVector.OfHost(Bytes.MiB(50)), PoolVector.OfHost(Bytes.MiB(30)), PoolVector.OfHost(Bytes.MiB(8)), FootprintSource.Estimated) { Batch = covers };
        var footprint = new FootprintRecord().ToFootprint(2, estimate, batch: 8);
        Assert.Equal((FootprintSource.Estimated, Bytes.MiB(run), 8), (footprint.Source, footprint.Run.Total, footprint.Batch));
    }

    [Fact]
    public void Should_count_a_devices_part_for_each_crop_when_it_is_estimated()
    {
        var estimate = Footprint.Declared(Bytes.MiB(5), Bytes.MiB(5), Bytes.MiB(1)).Beside(Footprint.Declared(Bytes.MiB(9), Bytes.MiB(9), Bytes.MiB(3), MemoryPool.Device(0))) with { Source = FootprintSource.Estimated };
        var footprint = (PicoDet with { Batches = BatchTableSpecs.Table("4 3") }).ToFootprint(1, estimate, batch: 2);
        Assert.Equal((Bytes.MiB(20), Bytes.MiB(6), 2), (footprint.Run[MemoryPool.Host], footprint.Run[MemoryPool.Device(0)], footprint.Batch));
    }
}
