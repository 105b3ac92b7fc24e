namespace ActorPipeline.Onnx.Providers;

/// <summary>What a session on TensorRT is opened for.</summary>
internal abstract record TensorRtStage
{
    /// <summary>The file in an engine's folder that is opened to load it; the engine lies beside it, under the provider's own name.</summary>
    public const string ContextName = "model.onnx";

    private TensorRtStage()
    {
    }

    /// <summary>To run at once: the engine is built in memory, and gone with the session.</summary>
    public sealed record Direct : TensorRtStage
    {
        /// <summary>The only one.</summary>
        public static readonly Direct Instance = new();
    }

    /// <summary>To build an engine that is kept: minutes, and several times the memory.</summary>
    /// <param name="Folder">Where it is written; it may be moved as a whole afterwards.</param>
    /// <param name="TimingFolder">Where the timings of kernels are kept, which later builds on this device need not take again.</param>
    public sealed record Building(string Folder, string TimingFolder) : TensorRtStage;

    /// <summary>To load an engine that was kept. Nothing is built then: what would have to be is an error.</summary>
    /// <param name="Folder">Where it lies.</param>
    public sealed record Loading(string Folder) : TensorRtStage;
}
