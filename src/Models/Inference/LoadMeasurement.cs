namespace ActorPipeline.Inference;

/// <summary>What a load took of this process, as its own thread read it; true of the model only where nothing else grew meanwhile.</summary>
/// <param name="Peak">Most native anonymous memory during the load, over what was there before it.</param>
/// <param name="Resident">What stayed when the load was over.</param>
public sealed record LoadMeasurement(Bytes Peak, Bytes Resident);

/// <summary>What a model's time in memory took, read when it left; true of the model only where nothing else grew meanwhile.</summary>
/// <param name="RunPeak">Most native anonymous memory while it could run, over what was there before its load: resident and all lanes.</param>
/// <param name="Left">What was still there after it was disposed and the heap trimmed.</param>
public sealed record TurnMeasurement(Bytes RunPeak, Bytes Left);
