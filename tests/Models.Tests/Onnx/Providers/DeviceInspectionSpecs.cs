using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx.Providers;

public sealed class DeviceInspectionSpecs : IDisposable
{
    private const long FileBytes = 4_000_000;

    private static readonly MemoryPool Own = MemoryPool.Device(0);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ModelInspection Of(DeviceCapability? device, params ExecutionProvider[] providers)
    {
        var card = TinyOnnx.Card(_folder.Write("tiny.onnx", TinyOnnx.ChannelMeans())) with { Providers = providers };
        return DeviceInspection.Of(card, FileBytes, new ModelInspection(4, 4, new Bytes(FileBytes), FootprintEstimate.Of(card, FileBytes, arena: true)), Played.Machine(device));
    }

    [Theory]
    [InlineData(ExecutionProvider.TensorRt)]
    [InlineData(ExecutionProvider.Cuda)]
    public void Should_guess_what_lies_on_the_device_when_it_is_to_run_there(ExecutionProvider provider)
    {
        var model = Of(Played.Rtx3060, provider, ExecutionProvider.Cpu);
        Assert.Equal(FootprintSource.Estimated, model.Footprint.Source);
        Assert.True(model.Footprint.LoadLease(1)[Own].Count > FileBytes);
        Assert.Equal(Played.Rtx3060.Memory, model.DeviceMemory);
        Assert.Equal(provider, model.Cost!.Provider);
        Assert.Equal(provider == ExecutionProvider.TensorRt, model.Build > Bytes.Zero);
    }

    [Fact]
    public void Should_reserve_both_copies_of_the_weights_and_the_workspace_when_an_engine_is_built()
    {
        var model = Of(Played.Rtx3060, ExecutionProvider.TensorRt);
        Assert.True(model.DeviceBuild >= new Bytes(2 * FileBytes) + new DeviceSettings().Workspace);
        Assert.True(model.Build.Count >= 2 * FileBytes);
    }

    [Fact]
    public void Should_reserve_activations_of_the_largest_batch_when_tensorrt_builds_for_it()
    {
        var card = TinyOnnx.Card("none.onnx") with { Device = new DeviceSettings { Batch = [4, 8] } };
        Assert.Equal(Activations(true), Activations(false) + (Bytes.MiB(16) * 7));
        Assert.Equal(Bytes.MiB(16) * 7, DeviceEstimate.Build(card, FileBytes, hasFreeBatch: true).Device - DeviceEstimate.Build(card, FileBytes).Device);
        // CUDA takes them with each run, and they are counted there for the batch that is run.
        Assert.Equal(DeviceEstimate.Of(card, FileBytes, ExecutionProvider.Cuda), DeviceEstimate.Of(card, FileBytes, ExecutionProvider.Cuda, hasFreeBatch: true));

        Bytes Activations(bool free) => DeviceEstimate.Of(card, FileBytes, ExecutionProvider.TensorRt, free).Resident[Own];
    }

    [Fact]
    public void Should_cost_less_when_cudnn_and_cublas_are_left_out()
    {
        Assert.True(Total(Of(Played.Orin, ExecutionProvider.TensorRt)) < Total(Of(Played.Rtx3060, ExecutionProvider.TensorRt)));
        // CUDA beside it brings them back.
        Assert.Equal(Total(Of(Played.Rtx3060, ExecutionProvider.TensorRt)), Total(Of(Played.Orin, ExecutionProvider.TensorRt, ExecutionProvider.Cuda)));

        static Bytes Total(ModelInspection model) => model.Cost!.Process + model.Cost.Device;
    }

    [Fact]
    public void Should_name_no_memory_of_its_own_when_it_is_the_hosts()
    {
        var model = Of(Played.Nano, ExecutionProvider.TensorRt);
        Assert.Equal(Bytes.Zero, model.DeviceMemory);
        var placed = model.Footprint.OnHost();
        Assert.Equal(model.Footprint.Load.Total, placed.Load[MemoryPool.Host]);
        Assert.Equal(model.Footprint.Resident[Own], placed.Unseen);
    }

    [Fact]
    public void Should_stay_as_it_is_when_the_processor_is_to_run_it_or_there_is_no_device()
    {
        Assert.Null(Of(Played.Rtx3060, ExecutionProvider.Cpu, ExecutionProvider.Cuda).Cost);
        Assert.Equal(Bytes.Zero, Of(null, ExecutionProvider.TensorRt, ExecutionProvider.Cpu).DeviceMemory);
    }

    [Fact]
    public void Should_keep_the_guess_of_the_device_when_the_process_was_measured()
    {
        var guess = Of(Played.Rtx3060, ExecutionProvider.TensorRt).Footprint;
        var record = new FootprintRecord { Measured = true, Load = Bytes.MiB(17), Resident = Bytes.MiB(8), Run = new Dictionary<int, Bytes> { [1] = Bytes.MiB(2) } };

        var footprint = record.ToFootprint(1, guess);

        Assert.Equal((Bytes.MiB(8), guess.Resident[Own]), (footprint.Resident[MemoryPool.Host], footprint.Resident[Own]));
        Assert.Equal(FootprintSource.Estimated, footprint.Source);
    }
}
