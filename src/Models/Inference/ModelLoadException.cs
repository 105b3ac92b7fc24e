using ActorPipeline.Catalog;

namespace ActorPipeline.Inference;

/// <summary>Why a model could not be loaded.</summary>
public enum LoadFailure
{
    /// <summary>The model or label file is not there or cannot be read.</summary>
    FileMissing,

    /// <summary>The file is damaged, cut off, or no ONNX model.</summary>
    NotAModel,

    /// <summary>Inputs or outputs are not those of its kind.</summary>
    WrongShape,

    /// <summary>The label list has another length than the model's classes.</summary>
    WrongLabels,

    /// <summary>No provider of the card is to be had here.</summary>
    NoProvider,

    /// <summary>A native library is missing or too old.</summary>
    NativeLibrary,

    /// <summary>There was not enough memory.</summary>
    OutOfMemory,

    /// <summary>The load was cancelled.</summary>
    Cancelled,

    /// <summary>Anything else the runtime said.</summary>
    Other,
}

/// <summary>A model cannot be loaded. The message names the model, its file and what to do.</summary>
public sealed class ModelLoadException(ModelId model, LoadFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The model.</summary>
    public ModelId Model { get; } = model;

    /// <summary>The kind of failure.</summary>
    public LoadFailure Failure { get; } = failure;
}
