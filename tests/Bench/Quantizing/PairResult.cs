namespace ActorPipeline.Bench.Quantizing;

/// <summary>What a process says of its run.</summary>
/// <param name="Rate">Frames a second, from outcome to outcome.</param>
/// <param name="CpuMs">Processor time that the process took a frame, milliseconds.</param>
/// <param name="Crops">Crops classified a frame.</param>
/// <param name="Loads">Loads of both models, but for those that probe.</param>
/// <param name="OverBudget">Memory samples above the budget.</param>
/// <param name="Pools">Bytes of frame and crop buffers.</param>
/// <param name="Fixed">Bytes charged for what the first use of libraries costs.</param>
/// <param name="Charged">The most bytes that were charged.</param>
internal sealed record PairResult(double Rate, double CpuMs, double Crops, int Loads, int OverBudget, long Pools, long Fixed, long Charged);
