using ActorPipeline.Catalog;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Engines;

/// <summary>How one card's engine on one provider is built, and how sessions are opened on it.</summary>
internal interface IEngineRecipe
{
    /// <summary>The model.</summary>
    ModelCard Card { get; }

    /// <summary>What the engine depends on.</summary>
    EngineKey Key { get; }

    /// <summary>Whether loads go without an engine where none can be had; else they fail.</summary>
    bool RunsPlain { get; }

    /// <summary>Builds the engine's files in an empty folder and makes sure that they compute what the model does; blocks.</summary>
    /// <exception cref="InvalidDataException">It cannot be built, or computes something else.</exception>
    /// <exception cref="OnnxCallException">ONNX Runtime refused it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    EngineManifest Write(string folder, CancellationToken cancellation);

    /// <summary>Opens a session on the engine; blocks.</summary>
    /// <exception cref="OnnxCallException">ONNX Runtime refused it.</exception>
    INativeSession Open(Engine engine, CancellationToken cancellation);

    /// <summary>Opens a session on the model as its file has it; blocks.</summary>
    /// <exception cref="OnnxCallException">ONNX Runtime refused it.</exception>
    INativeSession OpenPlain(CancellationToken cancellation);
}
