using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Onnx;
using ActorPipeline.Vision;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace ActorPipeline.Bench.Chain;

/// <summary>A model in ML.NET's OnnxTransformer, through a prediction engine: its way to run one picture after the other.</summary>
internal abstract unsafe class MlNetModel : IDisposable
{
    private readonly PredictionEngine<Tensor, Results> _engine;
    private readonly Tensor _tensor;
    private Results _outputs = new();

    protected MlNetModel(ModelCard card)
    {
        Contract = ExportedModel.ContractOf(card);
        // Pinned, because it is filled through its address.
        _tensor = new Tensor { Values = GC.AllocateArray<float>(Contract.Input.Length, pinned: true) };
        fixed (float* values = _tensor.Values) Picture = new PictureInput(Contract.InputWidth, Contract.InputHeight, card.Input, values);
        var ml = new MLContext();
        int[] shape = [1, 3, Contract.InputHeight, Contract.InputWidth];
        var input = SchemaDefinition.Create(typeof(Tensor));
        (input[0].ColumnName, input[0].ColumnType) = (Contract.Input.Name, new VectorDataViewType(NumberDataViewType.Single, shape));
        var output = SchemaDefinition.Create(typeof(Results));
        output.RemoveRange(Contract.Outputs.Count, output.Count - Contract.Outputs.Count);
        foreach (var (column, spec) in output.Zip(Contract.Outputs)) (column.ColumnName, column.ColumnType) = (spec.Name, new VectorDataViewType(NumberDataViewType.Single, spec.Length));
        var estimator = ml.Transforms.ApplyOnnxModel(
            [.. Contract.Outputs.Select(o => o.Name)], [Contract.Input.Name], card.Path, new Dictionary<string, int[]> { [Contract.Input.Name] = shape }, gpuDeviceId: null, fallbackToCpu: false);
        var model = estimator.Fit(ml.Data.LoadFromEnumerable(Array.Empty<Tensor>(), input));
        _engine = ml.Model.CreatePredictionEngine<Tensor, Results>(model, ignoreMissingColumns: false, input, output);
    }

    /// <summary>Its tensors as its kind has them.</summary>
    protected OnnxContract Contract { get; }

    /// <summary>Turns a picture into the input.</summary>
    protected PictureInput Picture { get; }

    /// <summary>Runs it on what the input holds.</summary>
    protected void Run() => _engine.Predict(_tensor, ref _outputs);

    /// <summary>An output of the last run.</summary>
    protected ReadOnlySpan<float> Output(int index) => _outputs[index];

    public void Dispose()
    {
        _engine.Dispose();
        Picture.Dispose();
    }

    /// <summary>A row that goes in.</summary>
    private sealed class Tensor
    {
        public float[] Values { get; set; } = [];
    }

    /// <summary>A row that comes out; which column is which output is said by the schema.</summary>
    private sealed class Results
    {
        public float[] Output0 { get; set; } = [];

        public float[] Output1 { get; set; } = [];

        public float[] Output2 { get; set; } = [];

        public float[] Output3 { get; set; } = [];

        public float[] Output4 { get; set; } = [];

        public float[] Output5 { get; set; } = [];

        public float[] Output6 { get; set; } = [];

        public float[] Output7 { get; set; } = [];

        public float[] this[int index] => index switch
        {
            0 => Output0, 1 => Output1, 2 => Output2, 3 => Output3, 4 => Output4, 5 => Output5, 6 => Output6, 7 => Output7,
            _ => throw new ArgumentOutOfRangeException(nameof(index)),
        };
    }
}

/// <summary>PicoDet in ML.NET.</summary>
internal sealed class MlNetDetector : MlNetModel, IFrameDetector
{
    private readonly PicoDetDecoder _decoder;

    public MlNetDetector(ModelCard card) : base(card) =>
        _decoder = (PicoDetDecoder)BoxDecoder.For(card, Contract.InputWidth, Contract.InputHeight, Contract.Classes, Contract.Bins);

    public int Detect(in ImageView frame, Span<Detection> into)
    {
        _decoder.Begin(Picture.Fill(frame));
        Run();
        for (var level = 0; level < _decoder.Levels; level++) _decoder.Read(level, Output(level), Output(_decoder.Levels + level));
        return _decoder.Finish(into);
    }
}

/// <summary>A classifier in ML.NET.</summary>
internal sealed class MlNetClassifier(ModelCard card) : MlNetModel(card), ICropClassifier
{
    public int Width => Contract.InputWidth;

    public int Height => Contract.InputHeight;

    public Classification Classify(in ImageView crop)
    {
        Picture.Fill(crop);
        Run();
        Classification top = default;
        TopLabels.Select(Output(0), new Span<Classification>(ref top));
        return top;
    }
}
