using ActorPipeline.Catalog;
using ActorPipeline.Onnx.Managed;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>Staging for a device, on a session that has none: what it does must not depend on there being one.</summary>
public sealed unsafe class StagedTensorsSpecs : IDisposable
{
    private static readonly TensorSpec Image = new("image", [1, 3, 4, 4]), Scores = new("scores", [1, 3, 1, 1]);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_run_on_what_the_inputs_hold_now_when_they_are_filled_anew(bool staged)
    {
        var card = TinyOnnx.Card(_folder.Write("tiny.onnx", TinyOnnx.ChannelMeans()));
        OnnxEnvironment.Ensure(card, null);
        using var session = ManagedLibrary.Instance.Open(card.Path, new SessionPlan { Provider = ExecutionProvider.Cpu, Staged = staged }, default);
        using var image = session.Allocate(Image);
        using var scores = session.Allocate(Scores);
        using var binding = session.Bind([image], [scores]);
        for (var value = 1; value <= 3; value++)
        {
            new Span<float>((void*)image.Data, Image.Length).Fill(value);
            binding.Run();
            Assert.Equal([value, value, value], new Span<float>((void*)scores.Data, Scores.Length).ToArray());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_run_on_a_part_of_its_tensors_when_fewer_pictures_are_bound(bool staged)
    {
        var card = TinyOnnx.Card(_folder.Write("tiny.onnx", TinyOnnx.ChannelMeans(batch: -1)));
        OnnxEnvironment.Ensure(card, null);
        using var session = ManagedLibrary.Instance.Open(card.Path, new SessionPlan { Provider = ExecutionProvider.Cpu, Staged = staged }, default);
        using var image = session.Allocate(Image.Of(4));
        using var scores = session.Allocate(Scores.Of(4));
        using var twoImages = image.Part(Image.Of(2));
        using var twoScores = scores.Part(Scores.Of(2));
        using var binding = session.Bind([twoImages], [twoScores]);
        new Span<float>((void*)image.Data, Image.Length).Fill(1);
        new Span<float>((void*)(image.Data + (Image.Length * sizeof(float))), Image.Length).Fill(2);
        binding.Run();
        Assert.Equal([1, 1, 1, 2, 2, 2, 0, 0, 0, 0, 0, 0], new Span<float>((void*)scores.Data, Scores.Length * 4).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => twoImages.Part(Image.Of(3)));
    }

    [Fact]
    public void Should_take_memory_of_an_allocator_when_it_is_given_one()
    {
        OnnxEnvironment.Ensure(TinyOnnx.Card("none.onnx"), null);
        using var tensor = ManagedTensor.Of(Image, Microsoft.ML.OnnxRuntime.OrtAllocator.DefaultInstance);
        var floats = new Span<float>((void*)tensor.Data, Image.Length);
        Assert.Equal(new float[Image.Length], floats.ToArray());
        floats.Fill(2);
        Assert.Equal(2, tensor.Value.GetTensorDataAsSpan<float>()[Image.Length - 1]);
    }

    [Fact]
    public void Should_have_no_pinned_memory_when_the_session_has_no_device()
    {
        var card = TinyOnnx.Card(_folder.Write("tiny.onnx", TinyOnnx.ChannelMeans()));
        OnnxEnvironment.Ensure(card, null);
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(card.Path);
        using var pinned = new PinnedMemory(session);
        Assert.Null(pinned.TryAllocate(Image));
        Assert.Null(pinned.TryAllocate(Scores));
    }
}
